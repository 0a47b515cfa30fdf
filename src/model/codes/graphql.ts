/** What is said of GraphQL operations and their SDL. */
export const GRAPHQL_CODES = {
  'graphql-anonymous': {
    severity: 'error',
    doc: 'Operations of a GraphQL source need names: the name becomes the command, the tool and the operationId.',
  },
  'graphql-comment': {
    severity: 'error',
    doc: 'A comment line that begins with `@` is a tag for mcpgen. Known are `@env NAME` and `@positional` at a variable, and `@from ARGUMENT /REGEX/ [TEXT]` (or `uuid`, `!uuid` for the regular expression) at a variable that takes a part of another argument.',
  },
  'graphql-deprecated': {
    severity: 'warning',
    doc: 'The operation uses a field, argument, input field or enum value that the SDL marks @deprecated. It works until the API removes it; the message says what to use instead.',
  },
  'graphql-duplicate': {
    severity: 'error',
    doc: 'Names of operations, and names of fragments, are unique among all operation files of one source.',
  },
  'graphql-invalid': {
    severity: 'error',
    doc: 'The operation breaks a rule of the GraphQL specification, section 5 (Validation); the server would refuse it.',
  },
  'graphql-list-variable': {
    severity: 'error',
    doc: 'A list literal cannot leave out the item whose variable is absent. Make the variable required, give it a default, or pass the whole list as one variable.',
  },
  'graphql-needs-schema': {
    severity: 'error',
    doc: 'An optional variable inside an object literal is sent as a part of a larger variable, which has to name its type. Without the SDL mcpgen cannot know it.',
  },
  'graphql-no-files': {
    severity: 'error',
    doc: '`x-mcpgen.graphql.operations` matches no file. Globs are relative to the document; `*` stands for anything but `/`, a segment `**` for any folders.',
  },
  'graphql-paging': {
    severity: 'warning',
    doc: 'The field takes a cursor but the operation does not select `pageInfo { hasNextPage endCursor }`, so neither a caller nor `--all` can ask for the next page.',
  },
  'graphql-schema-invalid': {
    severity: 'error',
    doc: 'The SDL file is not a valid GraphQL schema.',
  },
  'graphql-schema-missing': {
    severity: 'error',
    doc: 'The file that `x-mcpgen.graphql.schema` names does not exist or cannot be read. The path is relative to the document.',
  },
  'graphql-subscription': {
    severity: 'error',
    doc: 'Queries and mutations are one request and one answer each; subscriptions are not and cannot become commands or tools.',
  },
  'graphql-success': {
    severity: 'warning',
    doc: 'The payload of the mutation says in `success` whether it worked, but the operation does not select it: a refusal would look like success.',
  },
  'graphql-syntax': {
    severity: 'error',
    doc: 'The file is not a GraphQL document of operations and fragments. The place is where the parser gave up.',
  },
  'graphql-unknown': {
    severity: 'error',
    doc: 'A field, argument, type, input field, enum value or fragment does not exist under this name.',
  },
  'graphql-unused': {
    severity: 'warning',
    doc: 'No operation of the source spreads this fragment.',
  },
  'graphql-variable': {
    severity: 'error',
    doc: 'A variable is used but not declared by its operation, or declared but not used.',
  },
} as const;
