import { type Entity, State } from './state.ts';

const VERBS = ['Fix', 'Speed up', 'Document', 'Test', 'Rework', 'Retry', 'Log', 'Translate'];
const THINGS = [
  'the login form',
  'the invoice export',
  'the webhook queue',
  'the search index',
  'the sign-up mail',
];
const STATES = [
  ['Triage', 'triage'],
  ['Backlog', 'backlog'],
  ['Todo', 'unstarted'],
  ['In Progress', 'started'],
  ['Done', 'completed'],
  ['Canceled', 'canceled'],
] as const;

/** A small workspace: two teams, three people, enough issues for several pages. The same in every run. */
export function seed(): State {
  const state = new State();
  const ada = user(state, 'Ada Lovelace', 'ada');
  const grace = user(state, 'Grace Hopper', 'grace');
  const alan = user(state, 'Alan Turing', 'alan');
  state.viewerId = ada.id;
  const people = [ada, grace, alan];
  const backend = team(state, 'BAC', 'Backend', [ada, grace]);
  const web = team(state, 'WEB', 'Web', [ada, alan]);
  const labels = ['Bug', 'Feature', 'Docs'].map((name) =>
    state.add('IssueLabel', {
      name,
      color: '#5E6AD2',
      teamId: null,
      parentId: null,
      isGroup: false,
      creatorId: ada.id,
    }),
  );
  const status = (name: string, type: string, position: number): Entity =>
    state.add('ProjectStatus', { name, type, position, color: '#95A2B3', indefinite: false });
  const planned = status('Planned', 'planned', 1);
  const running = status('In Progress', 'started', 2);
  const initiative = state.add('Initiative', {
    name: 'Fewer support tickets',
    description: 'Halve what customers have to ask.',
    slugId: 'f3a1c20b9d11',
    status: 'Active',
    health: 'onTrack',
    ownerId: grace.id,
    targetDate: '2026-12-31',
  });
  const project = (name: string, slugId: string, teams: Entity[], statusId: string): Entity =>
    state.add('Project', {
      name,
      slugId,
      statusId,
      description: `${name} for everybody`,
      content: `# ${name}`,
      priority: 2,
      progress: 0.25,
      health: 'onTrack',
      startDate: '2026-06-01',
      targetDate: '2026-09-30',
      leadId: grace.id,
      teamIds: teams.map((member) => member.id),
      memberIds: people.map((member) => member.id),
      initiativeId: initiative.id,
    });
  const billing = project('Billing revamp', 'b1a2c3d4e5f6', [backend], running.id);
  const mobile = project('Mobile app', 'c6d5e4f3a2b1', [backend, web], planned.id);
  for (const [name, targetDate] of [
    ['Beta', '2026-08-01'],
    ['Launch', '2026-09-30'],
  ] as const) {
    state.add('ProjectMilestone', {
      name,
      targetDate,
      description: null,
      status: 'next',
      progress: 0,
      projectId: billing.id,
    });
  }
  state.add('ProjectUpdate', {
    projectId: billing.id,
    userId: grace.id,
    body: 'The new invoices are in review.',
    health: 'onTrack',
    slugId: 'd00d1e5aa001',
  });
  const cycles = [11, 12].map((number, index) =>
    state.add('Cycle', {
      number,
      name: null,
      teamId: backend.id,
      startsAt: `2026-06-${index === 0 ? '08' : '22'}T00:00:00.000Z`,
      endsAt: index === 0 ? '2026-06-22T00:00:00.000Z' : '2026-07-06T00:00:00.000Z',
      progress: index === 0 ? 1 : 0.4,
    }),
  );
  for (let index = 0; index < 66; index++) {
    const ofTeam = index < 54 ? backend : web;
    const states = state.all('WorkflowState').filter((candidate) => candidate.teamId === ofTeam.id);
    state.add('Issue', {
      number: index < 54 ? 101 + index : index - 53,
      title: `${VERBS[index % VERBS.length]} ${THINGS[index % THINGS.length]}`,
      description: index % 3 === 0 ? null : 'Seen by a customer; the steps are in the comments.',
      priority: index % 5,
      estimate: index % 4 === 0 ? null : index % 4,
      dueDate: index % 7 === 0 ? '2026-07-31' : null,
      teamId: ofTeam.id,
      stateId: states[index % states.length]?.id,
      assigneeId: index % 4 === 3 ? null : people[index % people.length]?.id,
      creatorId: grace.id,
      projectId: index % 2 === 0 ? (index % 4 === 0 ? billing : mobile).id : null,
      cycleId: ofTeam === backend ? cycles[index % 2]?.id : null,
      parentId: null,
      labelIds: [labels[index % labels.length]?.id],
      subscriberIds: [ada.id],
    });
  }
  conversation(state, ada, grace);
  state.add('Document', {
    title: 'How we bill',
    slugId: 'e0f1a2b3c4d5',
    content: 'Monthly.',
    projectId: billing.id,
    creatorId: ada.id,
  });
  return state;
}

/** BAC-154 has a thread, a link, a sub-issue and a relation, and somebody is told of it. */
function conversation(state: State, viewer: Entity, other: Entity): void {
  const issue = state.find('Issue', 'BAC-154');
  const child = state.find('Issue', 'BAC-153');
  const related = state.find('Issue', 'BAC-152');
  if (issue === undefined || child === undefined || related === undefined) return;
  child.parentId = issue.id;
  const comment = state.add('Comment', {
    issueId: issue.id,
    userId: other.id,
    parentId: null,
    body: 'It fails on Safari only.',
  });
  state.add('Comment', {
    issueId: issue.id,
    userId: viewer.id,
    parentId: comment.id,
    body: 'Then it is the cookie.',
  });
  state.add('Attachment', {
    issueId: issue.id,
    title: 'Pull request 12',
    subtitle: 'Open',
    url: 'https://git.example.com/acme/api/pull/12',
    sourceType: 'github',
    creatorId: viewer.id,
  });
  state.add('IssueRelation', { issueId: issue.id, relatedIssueId: related.id, type: 'blocks' });
  state.add('IssueNotification', {
    type: 'issueNewComment',
    category: 'commentsAndReplies',
    readAt: null,
    userId: viewer.id,
    actorId: other.id,
    issueId: issue.id,
    commentId: comment.id,
  });
}

function user(state: State, name: string, displayName: string): Entity {
  return state.add('User', {
    name,
    displayName,
    email: `${displayName}@example.com`,
    active: true,
    admin: displayName === 'ada',
    title: 'Engineer',
    timezone: 'Europe/Berlin',
    url: `https://linear.app/acme/profiles/${displayName}`,
  });
}

function team(state: State, key: string, name: string, members: readonly Entity[]): Entity {
  const made = state.add('Team', {
    key,
    name,
    displayName: name,
    description: `The ${name.toLowerCase()} of Acme`,
    timezone: 'Europe/Berlin',
    cyclesEnabled: key === 'BAC',
    memberIds: members.map((member) => member.id),
  });
  for (const [position, [stateName, type]] of STATES.entries()) {
    state.add('WorkflowState', { name: stateName, type, position, color: '#bec2c8', teamId: made.id });
  }
  return made;
}
