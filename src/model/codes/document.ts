/** What is said of OpenAPI documents, overlays and `x-mcpgen`, in the order of the stages. */
export const DOCUMENT_CODES = {
  // read
  'extends-fetch': {
    severity: 'error',
    doc: 'The base document that `extends` names could not be fetched: the registry or server refused, or the package holds no such file. The message says which. Nothing else is ever fetched.',
  },
  'extends-hash': {
    severity: 'error',
    doc: 'The base document is not the one that was pinned: its SHA-256 differs from `sha256`. Look at what changed, then pin the new hash.',
  },
  'extends-invalid': {
    severity: 'error',
    doc: 'An Overlay given as a spec names its base by `extends`: a relative file, `npm:<package>@<version>/<path>` or an https URL. The last two need the SHA-256 of that one file, as `sha256` beside `extends` or in `x-mcpgen`.',
  },
  'file-empty': {
    severity: 'error',
    doc: 'The file has no content. Give a spec, or remove it from the command.',
  },
  'file-encoding': {
    severity: 'warning',
    doc: 'The bytes are not UTF-8 (nor UTF-16). They were read as Windows-1252, which may be wrong for letters outside ASCII. Save the file as UTF-8.',
  },
  'file-not-found': {
    severity: 'error',
    doc: 'The file does not exist or cannot be read. Paths are relative to the working folder.',
  },
  'nested-too-deep': {
    severity: 'error',
    doc: 'Values are nested more than 500 levels deep. No API description needs that, and tools that read it would run out of stack.',
  },
  'openapi-shape': {
    severity: 'error',
    doc: 'A value is of the wrong kind for its place, such as text where OpenAPI has an object. The message says what stands there and what belongs there.',
  },
  'parameter-incomplete': {
    severity: 'warning',
    doc: 'A parameter cannot be sent, because it lacks a name or says no place (`in`) that OpenAPI knows. It is left out.',
  },
  'path-clash': {
    severity: 'warning',
    doc: 'Two path templates differ only in the names of their parameters, so that a server cannot tell them apart (OpenAPI 3.1 section 4.8.8.2). Both are kept.',
  },
  'path-parameter-undeclared': {
    severity: 'warning',
    doc: 'A path template holds `{name}` but no path parameter declares it. It is taken as a required string.',
  },
  'path-parameter-unused': {
    severity: 'warning',
    doc: 'A path parameter is declared that the path template does not hold. It cannot be sent and is left out.',
  },
  'path-slash': {
    severity: 'warning',
    doc: 'Paths begin with `/` (OpenAPI 3.1 section 4.8.8). The slash is added.',
  },
  'path-template': {
    severity: 'warning',
    doc: 'A path template holds more than a name between its braces, as URI templates (`{+path}`, `{?page}`), routers (`{id:[0-9]+}`) and gRPC gateways (`{name=projects/*}`) write it. OpenAPI knows names alone: that is how it is taken, and a value is encoded as a whole.',
  },
  'ref-circular': {
    severity: 'error',
    doc: 'A chain of `$ref`s comes back to itself without ever reaching a value.',
  },
  'ref-outside': {
    severity: 'error',
    doc: 'A `$ref` leads out of the folder of the spec, by its path or through a symbolic link. Files that a document may pull in are limited to its own folder, because a document from elsewhere must not read yours. `x-mcpgen: {root: ..}` in the spec, or in an overlay that extends it, widens the limit to that folder.',
  },
  'ref-remote': {
    severity: 'error',
    doc: 'A `$ref` names a network address. Remote references are off: a build must not depend on the network or on what a server says today. Save the file beside the spec and refer to it by a relative path.',
  },
  'ref-unresolved': {
    severity: 'error',
    doc: 'A `$ref` leads nowhere: the file, the pointer in it or the anchor does not exist. The message says what is missing and the place where it is used.',
  },
  'spec-unknown': {
    severity: 'error',
    doc: 'The file is neither an OpenAPI document (2.0, 3.0, 3.1, 3.2), an OpenAPI Overlay (1.0, 1.1) nor a bash script.',
  },
  'spec-version': {
    severity: 'error',
    doc: 'mcpgen reads OpenAPI 2.0, 3.0, 3.1 and 3.2, and Overlay 1.0 and 1.1. Convert the document to one of these.',
  },
  'too-large': {
    severity: 'error',
    doc: 'A file has more than 200 MB, YAML aliases unfold to more than two million values or merge keys to a million members, or references that cannot stay references to more than half a million objects. These are limits against hostile input.',
  },
  'yaml-documents': {
    severity: 'error',
    doc: 'The file holds several YAML documents separated by `---`. Put each in a file of its own.',
  },
  'yaml-duplicate-key': {
    severity: 'warning',
    doc: 'An object has the same member twice. The last one counts, the others are lost.',
  },
  'yaml-syntax': {
    severity: 'error',
    doc: 'The text is neither YAML 1.2 nor JSON. The place is where the parser gave up.',
  },
  'yaml-tag': {
    severity: 'warning',
    doc: 'YAML has a tag or directive here that has no meaning in an API description. It is ignored.',
  },
  // curate
  'no-operations': {
    severity: 'warning',
    doc: 'The document describes no operation, or include and exclude leave none.',
  },
  'overlay-invalid': {
    severity: 'error',
    doc: 'The overlay is not one of Overlay 1.0 or 1.1: an action has an unknown key, a bad JSONPath (RFC 9535), or none of `update`, `copy` and `remove`.',
  },
  'overlay-mismatch': {
    severity: 'error',
    doc: 'An action merges a value into one of another kind, such as text into an object. Objects are merged member by member, arrays are concatenated, primitive values are replaced; to change the kind of a value, remove it in one action and add it in the next.',
  },
  'overlay-no-match': {
    severity: 'warning',
    doc: 'The target of an overlay action selects nothing in the document, so that the action does nothing. The document may have changed, or a name is misspelt.',
  },
  'selection-no-match': {
    severity: 'warning',
    doc: 'A pattern of `x-mcpgen.include` or `exclude` matches no operation. `*` stands for anything but `/`, `**` for anything, all else for itself; upper and lower case differ.',
  },
  'x-mcpgen-invalid': {
    severity: 'error',
    doc: 'The extension `x-mcpgen` has a key or value that mcpgen does not know.',
  },
  'x-mcpgen-misplaced': {
    severity: 'warning',
    doc: 'mcpgen reads `x-mcpgen` on the root of a document, on operations, parameters, schemas and security schemes. It means nothing elsewhere.',
  },
  // lower
  'argument-invalid': {
    severity: 'error',
    doc: 'An argument or binding under `x-mcpgen` contradicts the operation: a hidden required argument has neither `default` nor `env`, or a place is not one of path, query, header, cookie, querystring or body.',
  },
  'header-ignored': {
    severity: 'info',
    doc: 'OpenAPI says that header parameters named Accept, Content-Type and Authorization are ignored: media types and security schemes stand for them.',
  },
  'operation-duplicate': {
    severity: 'warning',
    doc: 'Several operations share an operationId, which must be unique. Each of them is named by its method and path instead; give them names of their own with `x-mcpgen.name` or correct the document.',
  },
  'operation-left-out': {
    severity: 'warning',
    doc: 'The operation could not be resolved where it was imported, so nothing is generated for it. The message repeats what was wrong; complete it in the imported document and remove its `x-mcpgen.diagnostics`.',
  },
  'parameter-duplicate': {
    severity: 'warning',
    doc: 'Two parameters of an operation have the same name and place. The first one is used.',
  },
  'parameter-invalid': {
    severity: 'warning',
    doc: 'A parameter lacks its name or place, has a name that no header can have, or a style that does not exist in its place; or an operation has a method that HTTP cannot send. It is left out, or the default style is used.',
  },
  'schema-too-large': {
    severity: 'warning',
    doc: 'The schemas are larger, or inherit from each other more deeply, than mcpgen follows. What is beyond the bound accepts any value.',
  },
  'security-missing': {
    severity: 'warning',
    doc: 'The document declares no security scheme, so no secret is sent. If the API needs one, add `components.securitySchemes` and `security` by an overlay.',
  },
  'security-unknown': {
    severity: 'warning',
    doc: 'A security requirement names a scheme that the document does not declare, or a scheme of a kind that does not exist. That alternative is left out.',
  },
  'security-unused': {
    severity: 'warning',
    doc: 'The document declares security schemes, and no operation asks for one, so no secret is sent. Add `security` by an overlay if the API needs it.',
  },
  'server-variable': {
    severity: 'warning',
    doc: 'The default of a server variable holds what no URL can hold, or does not make an address of the URL that it stands in. The environment can still supply the variable, or the whole address.',
  },
  // plan
  'tools-costly': {
    severity: 'warning',
    doc: 'An MCP client that lists the tools of the API reads more than 20,000 tokens at the start of every conversation, whatever is called in it. Keep what is needed with `x-mcpgen.include`, or set `x-mcpgen.tools: search`: three tools that search, describe and call the others stand in their place. On the direct route an agent pays for none of it.',
  },
} as const;
