import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callWrapper } from './callers.ts';
import { bothRoutes } from './routes.ts';

const responses = { 200: { description: 'ok' } };
const large = 9007199254740993n;
const paths = {
  '/defaults/{fixed}': {
    post: {
      operationId: 'defaults',
      parameters: [
        { name: 'fixed', in: 'path', required: true, schema: { const: large } },
        { name: 'q', in: 'query', schema: { type: 'integer' }, 'x-mcpgen': { default: large } },
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['kind'],
              properties: {
                kind: { type: 'integer', enum: [-large] },
                told: { type: 'integer', default: large, minimum: 0, maximum: 18446744073709551615n },
              },
            },
          },
        },
      },
      responses,
    },
  },
  '/choice': {
    get: {
      operationId: 'choice',
      parameters: [
        { name: 'id', in: 'query', required: true, schema: { type: 'integer', enum: [large, 5] } },
      ],
      responses,
    },
  },
};

describe('integers of a document that a number would round', () => {
  const routes = bothRoutes(paths, [
    {
      name: 'arrive where they are what is sent without being given',
      words: ['defaults'],
      values: {},
      sent: { target: `/defaults/${large}?q=${large}`, body: `{"kind":-${large}}` },
    },
  ]);

  it('may be chosen', async () => {
    const { wrapper, server, recorder } = routes();
    const call = (id: bigint, ...words: string[]) =>
      callWrapper(wrapper, ['choice', '--id', String(id), ...words], {
        ROUTES_BASE_URL: `${recorder.url}/w`,
        ROUTES_MCP_URL: server.url,
      });
    expect(await call(large)).toMatchObject({ status: 0 });
    expect(await call(large, '--via', 'mcp')).toMatchObject({ status: 0 });
    const arrived = [...recorder.take('w'), ...recorder.take('s')];
    expect(arrived.map(({ target }) => target)).toEqual(Array(2).fill(`/choice?id=${large}`));
    expect(await call(large - 1n)).toMatchObject({
      status: 2,
      message: expect.stringContaining(String(large)),
    });
  });

  it('are told with all of their digits, and bounds that cannot be are left out', async () => {
    const { wrapper } = routes();
    const folder = join(dirname(wrapper), '../../servers/routes/src');
    const tools = readFileSync(join(folder, 'tools.json'), 'utf8');
    expect(tools).toContain(`"enum":[${large},5]`);
    expect(tools).toContain(`"told":{"type":"integer","minimum":0,"default":${large}}`);
    const written = [
      tools,
      readFileSync(wrapper, 'utf8'),
      readFileSync(join(folder, 'tools/default.ts'), 'utf8'),
    ];
    expect(written.join('\n')).not.toMatch(/9007199254740992|1844674407370955/);
  });
});
