import { type GraphQLResolveInfo, getNamedType, isObjectType } from 'graphql';
import { inputError, notFound } from './errors.ts';
import type { Entity, State } from './state.ts';

type Args = { readonly [name: string]: unknown };

/** Verbs that end a mutation's name, longest first where one ends another. */
const VERBS = /(AddLabel|RemoveLabel|LinkURL|Create|Update|Unarchive|Archive|Unresolve|Resolve|Delete)$/;

/** Types of the entities whose ids stand in members that are not called after their type. */
const REFERENCES: { readonly [member: string]: string } = {
  teamId: 'Team',
  teamIds: 'Team',
  stateId: 'WorkflowState',
  statusId: 'ProjectStatus',
  assigneeId: 'User',
  leadId: 'User',
  memberIds: 'User',
  subscriberIds: 'User',
  labelId: 'IssueLabel',
  labelIds: 'IssueLabel',
  addedLabelIds: 'IssueLabel',
  removedLabelIds: 'IssueLabel',
  issueId: 'Issue',
  relatedIssueId: 'Issue',
  projectId: 'Project',
  projectMilestoneId: 'ProjectMilestone',
  cycleId: 'Cycle',
};

/** Who made an entity, by the name that its type has for it. */
const AUTHORS: { readonly [type: string]: string } = { Comment: 'userId', ProjectUpdate: 'userId' };

/**
 * Does what a mutation's name says to the state.
 * @returns the payload: `success`, and the entity under each name that the payload's type has for it
 * @throws what Linear answers where an id leads nowhere
 */
export function mutate(state: State, name: string, args: Args, info: GraphQLResolveInfo): unknown {
  const verb = VERBS.exec(name)?.[1];
  const type = typeOf(name.replace(VERBS, ''));
  const input = references(state, type, { ...(args.input as Args | undefined) });
  const target = (): Entity => {
    const found = state.find(type, String(args.id));
    if (found === undefined) throw notFound(type);
    return found;
  };
  switch (verb) {
    case 'Create':
      return payload(info, create(state, type, input));
    case 'LinkURL': {
      const { issueId, url, title } = references(state, type, { ...args });
      return payload(info, create(state, type, { issueId, url, title: title ?? url }));
    }
    case 'Update':
      return payload(info, update(state, target(), input));
    case 'Archive':
      return payload(info, update(state, target(), { archivedAt: state.tick() }));
    case 'Unarchive':
      return payload(info, update(state, target(), { archivedAt: null, trashed: null }));
    case 'Delete':
      return payload(info, remove(state, target()));
    case 'Resolve': {
      const { resolvingCommentId = null } = args;
      const resolved = { resolvedAt: state.tick(), resolvingUserId: state.viewerId, resolvingCommentId };
      return payload(info, update(state, target(), resolved));
    }
    case 'Unresolve':
      return payload(
        info,
        update(state, target(), { resolvedAt: null, resolvingUserId: null, resolvingCommentId: null }),
      );
    case 'AddLabel':
    case 'RemoveLabel': {
      const { labelId } = references(state, type, { labelId: args.labelId });
      return payload(
        info,
        update(state, target(), { [verb === 'AddLabel' ? 'addedLabelIds' : 'removedLabelIds']: [labelId] }),
      );
    }
    default:
      throw inputError(`The stand-in for Linear does not know ${name}`);
  }
}

/** `issueLabel` → `IssueLabel`. `projectUpdateCreate` is a `ProjectUpdate`, `projectUpdate` an update of a `Project`. */
function typeOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function payload(info: GraphQLResolveInfo, entity: Entity): unknown {
  const type = getNamedType(info.returnType);
  const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
  const named = fields.filter((field) => getNamedType(field.type).name === entity.__typename);
  return {
    success: true,
    lastSyncId: 1,
    entityId: entity.id,
    ...Object.fromEntries(named.map((field) => [field.name, entity])),
  };
}

function create(state: State, type: string, input: Args): Entity {
  if (type === 'Attachment') {
    const same = state.all(type).find((other) => other.url === input.url && other.issueId === input.issueId);
    if (same !== undefined) return update(state, same, input);
  }
  if (typeof input.id === 'string' && state.byId(input.id) !== undefined) {
    throw inputError(`Entity with id ${input.id} already exists`);
  }
  const author = { [AUTHORS[type] ?? 'creatorId']: state.viewerId };
  return state.add(type, { ...author, ...defaults(state, type, input), ...known(input) });
}

function defaults(state: State, type: string, input: Args): Args {
  switch (type) {
    case 'Issue': {
      const inTeam = state.all('Issue').filter((issue) => issue.teamId === input.teamId);
      const states = state.all('WorkflowState').filter((candidate) => candidate.teamId === input.teamId);
      return {
        number: Math.max(0, ...inTeam.map((issue) => Number(issue.number))) + 1,
        title: '',
        description: null,
        priority: 0,
        estimate: null,
        dueDate: null,
        stateId: states.find((candidate) => candidate.type === 'backlog')?.id,
        assigneeId: null,
        projectId: null,
        cycleId: null,
        parentId: null,
        labelIds: [],
        subscriberIds: [state.viewerId],
      };
    }
    case 'Comment':
      return { body: '', parentId: null, issueId: null };
    case 'IssueLabel':
      return { color: '#bec2c8', description: null, teamId: null, parentId: null, isGroup: false };
    case 'Project':
      return {
        slugId: slug(state, type),
        description: '',
        content: null,
        priority: 0,
        progress: 0,
        leadId: null,
        memberIds: [],
        statusId: state.all('ProjectStatus')[0]?.id,
      };
    case 'ProjectUpdate':
      return { slugId: slug(state, type), body: '', health: 'onTrack' };
    case 'Document':
      return { slugId: slug(state, type), content: null, projectId: null, issueId: null };
    default:
      return {};
  }
}

function update(state: State, entity: Entity, input: Args): Entity {
  const { addedLabelIds, removedLabelIds, ...fields } = input;
  Object.assign(entity, known(fields), { updatedAt: state.tick() });
  if ('body' in fields) entity.editedAt = entity.updatedAt;
  if (Array.isArray(addedLabelIds)) {
    entity.labelIds = [...new Set([...ids(entity.labelIds), ...addedLabelIds])];
  }
  if (Array.isArray(removedLabelIds)) {
    entity.labelIds = ids(entity.labelIds).filter((id) => !removedLabelIds.includes(id));
  }
  return entity;
}

/** An issue goes to the trash, all else is gone. */
function remove(state: State, entity: Entity): Entity {
  if (entity.__typename === 'Issue')
    return update(state, entity, { trashed: true, archivedAt: state.tick() });
  state.remove(entity);
  return entity;
}

/** Replaces identifiers by ids, and refuses ids that lead nowhere. */
function references(state: State, type: string, input: { [name: string]: unknown }): Args {
  for (const [name, value] of Object.entries(input)) {
    const target = name === 'parentId' ? type : REFERENCES[name];
    if (target === undefined || value === undefined || value === null) continue;
    const resolve = (id: unknown): string => {
      const found = state.find(target, String(id));
      if (found === undefined) throw notFound(target);
      return found.id;
    };
    input[name] = Array.isArray(value) ? value.map(resolve) : resolve(value);
  }
  return input;
}

function known(input: Args): Args {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function ids(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function slug(state: State, type: string): string {
  return (0xa0_0000_0000 + state.all(type).length + 1).toString(16).padStart(12, '0');
}
