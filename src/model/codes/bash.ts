/** What is said of bash scripts. */
export const BASH_CODES = {
  'argument-place': {
    severity: 'error',
    doc: 'The script puts an argument into a place that a binding cannot reach, for example into one member of a list among others. The operation is written and never generated. Restructure the argument in the YAML: one argument for the whole list.',
  },
  'base-url': {
    severity: 'info',
    doc: 'The host or base path comes from a variable of the script. The description names a server variable for it; the generated command takes the real URL from `<API>_BASE_URL`.',
  },
  'bash-syntax': {
    severity: 'warning',
    doc: 'bash itself could not read this part of the script either, or the script is written for another shell. What could be read was imported.',
  },
  budget: {
    severity: 'error',
    doc: 'The script is too large or too deep to be followed to its end within the limits of the import, which count steps and not seconds: the result is the same on every machine. What was found until then is written.',
  },
  crlf: {
    severity: 'warning',
    doc: 'The script has CRLF line ends, with which bash does not run it. The import reads it as if it had LF.',
  },
  'curl-option': {
    severity: 'info',
    doc: 'An option of the HTTP client has no place in a description of the API (proxy, TLS, transport). It is recorded here; set it where the generated command runs, if it matters.',
  },
  'dynamic-dispatch': {
    severity: 'warning',
    doc: 'The script decides at run time which of its functions, or which program, to run. Only names that the script itself spells out are imported.',
  },
  'env-not-checked': {
    severity: 'warning',
    doc: 'The script uses an environment variable for its secret and does not check that it is set: without it, it sends a request that is refused. The generated command exits with status 3 and says which variable is missing.',
  },
  eval: {
    severity: 'warning',
    doc: 'The script runs text that it computes. The import follows it where the text is decidable; review what was found there.',
  },
  'fixed-page-size': {
    severity: 'info',
    doc: 'The script asks for a fixed number of results. The number becomes the default of an optional argument.',
  },
  'graphql-type-guessed': {
    severity: 'info',
    doc: 'The type of a GraphQL variable was guessed from where it stands. Give the schema with `--schema FILE` to have it from there.',
  },
  'graphql-unknown-field': {
    severity: 'error',
    doc: 'The GraphQL document names a field that the schema does not have: the script has never worked there. Correct the text of `query` in the YAML (the hint names the nearest field), delete the entry under `x-mcpgen.diagnostics`, and build.',
  },
  'hard-coded-id': {
    severity: 'warning',
    doc: 'The script holds an identifier of one workspace, team or project. It becomes the default of an optional argument.',
  },
  'http-errors-hidden': {
    severity: 'warning',
    doc: 'The call has neither `--fail` nor a look at the HTTP status: the script exits 0 when the API refuses. The generated command exits with 3, 4 or 5.',
  },
  imported: {
    severity: 'info',
    doc: 'What the import found: operations, the calls they come from, and how many of them have an unresolved part. Operations with an unresolved part are written and never generated.',
  },
  'json-invalid': {
    severity: 'error',
    doc: 'The body that the script sends is not JSON. Correct the request body in the YAML, delete the entry under `x-mcpgen.diagnostics`, and build.',
  },
  'json-raw-newline': {
    severity: 'error',
    doc: 'A string of the JSON body holds a line end, which JSON does not allow: strict servers refuse the request. The imported operation sends what is meant, with the line end escaped; nothing needs to be changed in the YAML.',
  },
  'literal-credential': {
    severity: 'error',
    doc: 'A key or password stands in the script. It is never copied: the imported document takes it from the environment. Remove it from the script and revoke it, since everybody who can read the script has it.',
  },
  'local-command': {
    severity: 'info',
    doc: 'A value comes from a local program or file (`date`, `git`, …). The generated command takes it as an argument.',
  },
  'lossy-derivation': {
    severity: 'warning',
    doc: 'The script changes an argument in a way that a description cannot say (letter case, several edits). The generated command takes the value as the API wants it.',
  },
  'missing-arg-not-checked': {
    severity: 'warning',
    doc: 'The script does not check that an argument is there and sends a request with an empty value. The generated command refuses with status 2.',
  },
  'no-calls': {
    severity: 'error',
    doc: 'The script makes no HTTP call that the import can find: no curl, wget or HTTPie is reached. Look at the other messages for why.',
  },
  'no-timeout': {
    severity: 'info',
    doc: 'The call has no time limit and can hang for ever. The generated command has one (`--timeout`).',
  },
  'response-chain': {
    severity: 'warning',
    doc: 'The call needs the answer of an earlier call. One OpenAPI operation is one request, so this call is left out; let the caller (an agent, a script) make both calls, or give the value as an argument.',
  },
  'secret-in-argv': {
    severity: 'warning',
    doc: 'The secret stands on the command line of curl, where every process of the machine can read it. The generated command hands it over through a file descriptor.',
  },
  'several-calls': {
    severity: 'info',
    doc: 'The script sends this request several times, once for each item of a list. The generated command sends one request for one item.',
  },
  'sourced-file': {
    severity: 'warning',
    doc: 'The script reads another file. What that file defines is not known to the import: variables are taken from the environment, functions are missing.',
  },
  'unescaped-interpolation': {
    severity: 'warning',
    doc: 'An argument is pasted into JSON, GraphQL or a URL without escaping: a quote or an ampersand in it breaks the request or changes its meaning. The generated command is immune: it sends the argument as one value.',
  },
  'unreached-call': {
    severity: 'warning',
    doc: 'A call stands in the script and no way through it leads there.',
  },
  unresolved: {
    severity: 'error',
    doc: 'A part of the request cannot be known without running the script. The operation is written with this message under `x-mcpgen.diagnostics` and is never generated. Put the right value in its place in the YAML and delete the entry.',
  },
  'unused-argument': {
    severity: 'error',
    doc: 'The usage text names an argument that no request uses: what the caller gives is lost. Bind the argument in the YAML, or correct the usage text.',
  },
} as const;
