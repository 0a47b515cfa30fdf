// What both SDK-idiomatic peers share: the tools of a generated server's tools.json, as somebody would write them by hand.
import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** Name, description, zod schema and handler of each tool; every call is one GET of the API. */
export function toolsOf(file, upstream) {
  return JSON.parse(readFileSync(file, 'utf8')).map(({ name, description, inputSchema }) => ({
    name,
    config: { description, inputSchema: schemaOf(inputSchema) },
    handler: async (args) => {
      const response = await fetch(`${upstream}/things/${encodeURIComponent(JSON.stringify(args))}`);
      return { content: [{ type: 'text', text: await response.text() }] };
    },
  }));
}

function schemaOf(schema) {
  try {
    return z.fromJSONSchema(schema);
  } catch {
    return z.looseObject({});
  }
}

/** The body of a request as JSON. */
export async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}
