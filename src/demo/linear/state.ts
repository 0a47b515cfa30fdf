import { createHash } from 'node:crypto';

/** A thing of the workspace: its scalar fields, and `<relation>Id` or `<relation>Ids` for what it belongs to. */
export interface Entity {
  readonly __typename: string;
  readonly id: string;
  createdAt: string;
  updatedAt: string;
  archivedAt: string | null;
  [field: string]: unknown;
}

/** How a field that lists entities finds them: by the ids that the entity holds, or by what the others say of it. */
type Many =
  | { readonly ids: string }
  | { readonly of: string; readonly by: string }
  | { readonly of: string; readonly among: string };

const MANY: { readonly [type: string]: { readonly [field: string]: Many } } = {
  Issue: {
    labels: { ids: 'labelIds' },
    subscribers: { ids: 'subscriberIds' },
    children: { of: 'Issue', by: 'parentId' },
    comments: { of: 'Comment', by: 'issueId' },
    attachments: { of: 'Attachment', by: 'issueId' },
    documents: { of: 'Document', by: 'issueId' },
    relations: { of: 'IssueRelation', by: 'issueId' },
    inverseRelations: { of: 'IssueRelation', by: 'relatedIssueId' },
  },
  Team: {
    members: { ids: 'memberIds' },
    states: { of: 'WorkflowState', by: 'teamId' },
    labels: { of: 'IssueLabel', by: 'teamId' },
    issues: { of: 'Issue', by: 'teamId' },
    cycles: { of: 'Cycle', by: 'teamId' },
    projects: { of: 'Project', among: 'teamIds' },
  },
  User: {
    teams: { of: 'Team', among: 'memberIds' },
    assignedIssues: { of: 'Issue', by: 'assigneeId' },
    createdIssues: { of: 'Issue', by: 'creatorId' },
  },
  Project: {
    teams: { ids: 'teamIds' },
    accessibleTeams: { ids: 'teamIds' },
    members: { ids: 'memberIds' },
    issues: { of: 'Issue', by: 'projectId' },
    documents: { of: 'Document', by: 'projectId' },
    projectMilestones: { of: 'ProjectMilestone', by: 'projectId' },
    projectUpdates: { of: 'ProjectUpdate', by: 'projectId' },
  },
  Cycle: { issues: { of: 'Issue', by: 'cycleId' } },
  WorkflowState: { issues: { of: 'Issue', by: 'stateId' } },
  IssueLabel: {
    issues: { of: 'Issue', among: 'labelIds' },
    children: { of: 'IssueLabel', by: 'parentId' },
  },
  Comment: { children: { of: 'Comment', by: 'parentId' } },
};

const PRIORITIES = ['No priority', 'Urgent', 'High', 'Medium', 'Low'];

/** The workspace in memory. Ids and times are the same in every run: ids count up, and the clock moves by a second at every write. */
export class State {
  #entities = new Map<string, Entity>();
  #count = 0;
  #now = Date.parse('2026-07-01T09:00:00.000Z');
  /** The user that the API key belongs to. */
  viewerId = '';

  now(): number {
    return this.#now;
  }

  /** A moment later: what a write is dated. */
  tick(): string {
    this.#now += 1000;
    return new Date(this.#now).toISOString();
  }

  /** Adds an entity. */
  add(type: string, fields: { readonly [field: string]: unknown }): Entity {
    const time = this.tick();
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    const entity: Entity = {
      id: typeof given.id === 'string' ? given.id : this.#newId(),
      createdAt: time,
      updatedAt: time,
      archivedAt: null,
      ...given,
      __typename: type,
    };
    this.#entities.set(entity.id, entity);
    return entity;
  }

  remove(entity: Entity): void {
    this.#entities.delete(entity.id);
  }

  /** All of a type, in order of creation. */
  all(type: string): Entity[] {
    return [...this.#entities.values()].filter((entity) => entity.__typename === type);
  }

  /** Finds one by id, an issue by its identifier too, a project or document by the slug that ends its URL. */
  find(type: string, id: string): Entity | undefined {
    const entity = this.#entities.get(id);
    if (entity?.__typename === type) return entity;
    if (type === 'Issue') {
      return this.all(type).find((issue) => this.read(issue, 'identifier') === id.toUpperCase());
    }
    return this.all(type).find((other) => other.slugId !== undefined && id.endsWith(String(other.slugId)));
  }

  byId(id: unknown): Entity | undefined {
    return typeof id === 'string' ? this.#entities.get(id) : undefined;
  }

  /** The value of a field: a scalar, an entity, a list of entities, null; undefined where nothing is known of the field. */
  read(entity: Entity, field: string): unknown {
    const many = MANY[entity.__typename]?.[field];
    if (many !== undefined) return this.#list(entity, many);
    if (Object.hasOwn(entity, field)) return entity[field];
    if (Object.hasOwn(entity, `${field}Id`)) return this.byId(entity[`${field}Id`]) ?? null;
    return this.#derived(entity, field);
  }

  #list(entity: Entity, many: Many): Entity[] {
    if ('ids' in many) {
      const ids = entity[many.ids];
      return (Array.isArray(ids) ? ids : []).flatMap((id) => this.byId(id) ?? []);
    }
    return this.all(many.of).filter((other) => {
      if ('by' in many) return other[many.by] === entity.id;
      const ids = other[many.among];
      return Array.isArray(ids) && ids.includes(entity.id);
    });
  }

  #derived(entity: Entity, field: string): unknown {
    const issueKey = (): string => `${this.byId(entity.teamId)?.key ?? 'TEAM'}-${entity.number}`;
    switch (`${entity.__typename}.${field}`) {
      case 'Issue.identifier':
        return issueKey();
      case 'Issue.url':
        return `https://linear.app/acme/issue/${issueKey()}`;
      case 'Issue.branchName':
        return `${this.byId(this.viewerId)?.displayName}/${issueKey().toLowerCase()}`;
      case 'Issue.priorityLabel':
      case 'Project.priorityLabel':
        return PRIORITIES[Number(entity.priority ?? 0)];
      case 'User.isMe':
        return entity.id === this.viewerId;
      case 'Cycle.isActive':
        return (
          this.#now >= Date.parse(String(entity.startsAt)) && this.#now < Date.parse(String(entity.endsAt))
        );
      case 'Team.activeCycle':
        return (
          this.all('Cycle').find((cycle) => cycle.teamId === entity.id && this.read(cycle, 'isActive')) ??
          null
        );
      case 'Comment.url':
        return `https://linear.app/acme/comment/${entity.id}`;
      case 'Project.url':
      case 'Document.url':
      case 'Initiative.url':
      case 'ProjectUpdate.url':
        return `https://linear.app/acme/${entity.__typename.toLowerCase()}/${entity.slugId ?? entity.id}`;
      default:
        return undefined;
    }
  }

  /** Looks like a version 4 UUID and is the same in every run. */
  #newId(): string {
    const hex = createHash('sha256')
      .update(`linear ${this.#count++}`)
      .digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}
