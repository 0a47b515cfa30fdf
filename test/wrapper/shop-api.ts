import { afterAll, beforeAll, beforeEach } from 'vitest';
import { shop } from './shop.ts';
import {
  type Behaviour,
  type Outcome,
  type Recorder,
  run,
  startRecorder,
  type Wrapper,
  wrapperOf,
} from './support.ts';

/** What its callers have to set; a secret that must be seen nowhere else. */
export const secrets = { SHOP_API_KEY: 's3cret' };

/** The wrapper of the small shop in front of an API that does as it is told. */
export interface ShopApi {
  readonly recorder: Recorder;
  readonly wrapper: Wrapper;
  call(
    words: readonly string[],
    env?: Readonly<Record<string, string>>,
    input?: string | Buffer,
  ): Promise<Outcome>;
}

/** Starts one for the tests of a file. Before each of them it answers `{"ok":true}` and has seen nothing. */
export function useShopApi(): ShopApi {
  let recorder: Recorder | undefined;
  let wrapper: Wrapper | undefined;
  const started = <Thing>(thing: Thing | undefined): Thing => {
    if (thing === undefined) throw new Error('it is started before the tests');
    return thing;
  };
  const api: ShopApi = {
    get recorder() {
      return started(recorder);
    },
    get wrapper() {
      return started(wrapper);
    },
    call: (words, env = {}, input) => {
      const base = { SHOP_BASE_URL: `${api.recorder.url}/v1`, SHOP_RETRIES: '0', ...secrets };
      return run(api.wrapper.path, words, {
        env: { ...base, ...env },
        ...(input === undefined ? {} : { input }),
      });
    },
  };
  beforeAll(async () => {
    recorder = await startRecorder();
    wrapper = await wrapperOf(shop);
  });
  afterAll(async () => {
    await api.recorder.close();
    api.wrapper.remove();
  });
  beforeEach(() => {
    api.recorder.requests.length = 0;
    api.recorder.behave((_request, response) => response.end('{"ok":true}'));
  });
  return api;
}

/** A behaviour that gives one answer. */
export function answer(status: number, body: string, headers: Record<string, string> = {}): Behaviour {
  return (_request, response) => response.writeHead(status, headers).end(body);
}
