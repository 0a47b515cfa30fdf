import { describe, expect, it } from 'vitest';
import { suggest } from '../../src/sources/graphql/suggest.ts';

describe('suggestions', () => {
  it.each<[wrong: string, known: readonly string[], right: string | undefined]>([
    ['createIssue', ['issueUpdate', 'issueCreate', 'createTeam'], 'issueCreate'],
    ['issue_create', ['issueCreate'], 'issueCreate'],
    ['getIssue', ['issues', 'issue'], 'issue'],
    ['isue', ['team', 'issue'], 'issue'],
    ['craeteIssue', ['issueCreate', 'issueDelete'], 'issueCreate'],
    ['nothing', ['issue'], undefined],
    ['constructor', ['issue'], undefined],
  ])('%s among %j', (wrong, known, right) => {
    expect(suggest(wrong, known)).toBe(right);
  });
});
