import type { Operation } from '../model/api.ts';
import type { OperationPlan } from '../model/plan.ts';

const safe = /^(GET|HEAD|OPTIONS|TRACE|QUERY|PROPFIND|SEARCH|REPORT)$/;
const idempotent = /^(PUT|DELETE)$/;
/** Words of names that say that something is lost. */
const destroys =
  /^(delete|remove|destroy|archive|unarchive|cancel|purge|drop|clear|reset|revoke|update|replace|overwrite|merge|close|disable|terminate|kill|prune)$/;
/** First words of names that make something new: what is made may be called as one that destroys (`create-project-update`). */
const creates = /^(create|add)$/;

/** The hints of a tool: from the method, or from the kind of a GraphQL operation; what the document says wins. */
export function annotationsOf(
  operation: Operation,
  nameWords: readonly string[],
): OperationPlan['annotations'] {
  const { graphql, method, annotations } = operation;
  const readOnly = graphql === undefined ? safe.test(method) : graphql.kind === 'query';
  const loses =
    graphql === undefined && /^(PUT|PATCH|DELETE)$/.test(method)
      ? true
      : !creates.test(nameWords[0] ?? '') && nameWords.some((word) => destroys.test(word));
  const stated = annotations.readOnly ?? readOnly;
  return {
    readOnly: stated,
    destructive: annotations.destructive ?? (!stated && loses),
    idempotent: annotations.idempotent ?? (stated || (graphql === undefined && idempotent.test(method))),
    openWorld: annotations.openWorld ?? true,
  };
}

/** What may be sent again: what changes nothing, or nothing more the second time (RFC 9110 section 9.2.2). */
export function retryOf(annotations: OperationPlan['annotations']): OperationPlan['retry'] {
  return annotations.readOnly || annotations.idempotent ? 'always' : 'refused';
}
