/** What is said of the output, and of what commands are given beside a spec. */
export const OUTPUT_CODES = {
  'bundle-failed': {
    severity: 'error',
    doc: 'The generated server could not be bundled into dist/server.mjs; the former bundle is kept. Most often hooks.ts, which is yours, does not compile: the message names the place.',
  },
  'types-unknown': {
    severity: 'warning',
    doc: 'openapi-typescript, which prints types.ts, refuses the document, though everything else in it is understood. The server works in full; its answers have the type `unknown`. The message repeats why: often an odd name or reference, which an overlay can rename.',
  },
  'config-invalid': {
    severity: 'error',
    doc: 'mcpgen.yaml has a key or value that mcpgen does not know. It lists the MCP servers that mcpgen does not generate, under `servers`, and what each role of agents gets, under `profiles`.',
  },
  'diff-nothing': {
    severity: 'error',
    doc: 'There is no API to compare. Each side of a comparison is a spec, a manifest.json, the folder of a server, an output folder, or one of these in a git revision as REV:PATH.',
  },
  'diff-revision': {
    severity: 'error',
    doc: 'Git does not know the revision, or there is no such file in it. Paths after REV: are relative to the working folder.',
  },
  edited: {
    severity: 'error',
    doc: 'A generated file was changed by a person, or a file that mcpgen did not write stands in its place. Keep the change elsewhere (hooks.ts, an overlay) and restore the file, or build with --force to drop it.',
  },
  'hub-invalid': {
    severity: 'error',
    doc: 'The URL of the hub must be an absolute http or https URL without user, query and fragment, such as `--hub=http://mcp-hub:37373`.',
  },
  'init-exists': {
    severity: 'error',
    doc: '`mcpgen init` writes a first spec and never replaces a file. Give another name by `-o`, or remove the file.',
  },
  'init-url': {
    severity: 'error',
    doc: 'A spec can extend a document of the network only by an https URL without a password in it, whose content is pinned by its SHA-256. Download the document and give its file.',
  },
  'hub-unreachable': {
    severity: 'error',
    doc: '`verify --hub` calls through a running mcp-hub that knows the API by name, at http://127.0.0.1:PORT/mcp (`--port`, 8080 otherwise): verify starts the server there.',
  },
  locked: {
    severity: 'error',
    doc: 'Another build writes to the same output folder. Wait for it; if there is none, remove the lock file that the message names.',
  },
  'manifest-invalid': {
    severity: 'error',
    doc: 'A manifest.json of the output cannot be read, so mcpgen does not know what it wrote before. Restore the file from version control, or build with --force, which takes every generated file as its own.',
  },
  'name-clash': {
    severity: 'error',
    doc: 'Two specs of one build, or a spec and an external server, have the same name: command, folder and MCP server would be one. Set `x-mcpgen.name` in one of them.',
  },
  'name-reserved': {
    severity: 'error',
    doc: 'The name is one that the compose file needs itself: `mcp-hub` is the hub, `agent` is the agent. Set `x-mcpgen.name`.',
  },
  'no-sandbox': {
    severity: 'error',
    doc: 'An old script is only run where it can do no harm: without network and with a read-only file system, by bubblewrap (`bwrap`). Install it, or compare on a machine that has it.',
  },
  'outside-output': {
    severity: 'error',
    doc: 'A folder in the output is a symbolic link that leads out of it. mcpgen writes only below the output folder; remove the link.',
  },
  'profile-no-match': {
    severity: 'warning',
    doc: 'A profile of mcpgen.yaml names an API, a server or a pattern of operations that fits nothing in the output. Patterns are held against the operationId (or `METHOD path` where there is none), the group that `--help` shows, and the path; `*` stands for anything but `/`, `**` for anything.',
  },
  'profile-stale': {
    severity: 'warning',
    doc: 'The profile gives more or less of an API than its command was built with, and the command can only be made from the spec, which is not part of this build. Build that spec too.',
  },
  'profile-unknown': {
    severity: 'error',
    doc: '`--profile` names a role that mcpgen.yaml does not have under `profiles`.',
  },
  'stale-kept': {
    severity: 'warning',
    doc: 'An earlier build wrote this file and the present one does not, but a person has edited it, so it stays. Remove it, or build with --force.',
  },
  unwritable: {
    severity: 'error',
    doc: 'The output could not be read or written: the disk is full, or you may not enter or change a folder or file of it. What was there before has been put back.',
  },
} as const;
