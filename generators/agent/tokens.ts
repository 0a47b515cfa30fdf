import type { ApiManifest, Linkage, OutputFile } from '../../src/model/file.ts';
import { jsonText } from '../quote/json.ts';

/**
 * Makes, per API of a role, what the server has to know of the role's token: an entry of its MCP_TOKENS_FILE that allows exactly the role's tools.
 * The hash of the token is left to whoever deploys: `sha256` is empty, and a server that is given the file so does not start.
 * @param role name of the entry, which the server's log gives as the caller
 * @param linkage what the role gets
 * @param whole all that there is: an API of which nothing is left out needs no list of tools
 */
export function emitTokens(role: string, linkage: Linkage, whole: Linkage): OutputFile[] {
  const all = new Map(whole.apis.map((api) => [api.name, visibleTools(api)]));
  return linkage.apis.map((api) => {
    const tools = visibleTools(api);
    const limited = tools.length !== all.get(api.name)?.length;
    return {
      path: `tokens/${api.name}.json`,
      content: jsonText([{ name: role, sha256: '', ...(limited ? { tools } : {}) }]),
      executable: false,
      ownership: 'generated',
    };
  });
}

function visibleTools({ operations }: ApiManifest): readonly string[] {
  return operations.filter(({ hidden }) => !hidden).map(({ tool }) => tool);
}
