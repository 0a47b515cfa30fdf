import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { extract } from 'tar';
import * as z from 'zod';
import { compile } from '../build.ts';
import { apiManifest, readRecords, requiredSecrets } from '../manifest.ts';
import { diagnostic } from '../model/codes.ts';
import { hasErrors, type Result } from '../model/diagnostic.ts';
import type { ApiManifest } from '../model/file.ts';
import type { JsonObject } from '../model/json.ts';
import { type Surface, surfaceOfManifest, surfaceOfPlan } from './surface.ts';

/** One side of a comparison. */
export interface Side {
  readonly apis: readonly Surface[];
  /** Whether these are all the APIs of an output, so that one that is not among them is gone. */
  readonly whole: boolean;
  /** Of a single API, the names of the files that it is made of, without folders. */
  readonly files: readonly string[];
}

/**
 * Loads one side of a comparison.
 * @param what a spec; a manifest, or the folder of a server or of a whole output; any of these in a git revision as `REV:PATH`
 * @param fallbackName what the API of a spec is called that does not choose a name
 * @returns the APIs in it. Reports what the spec's errors are, `diff-nothing`, `diff-revision`
 */
export async function loadSide(what: string, fallbackName?: string): Promise<Result<Side>> {
  if (existsSync(what)) return statSync(what).isDirectory() ? fromFolder(what) : fromFile(what, fallbackName);
  const [, revision, path] = /^([^:]{2,}):(.+)$/s.exec(what) ?? [];
  if (revision === undefined || path === undefined) return fromFile(what, fallbackName);
  return fromRevision(revision, path, fallbackName);
}

/**
 * Loads both sides. Two files that are called differently (`old.yaml`, `new.yaml`) are two states of one API all the same: where the document does not choose the
 * API's name, the file's does not count.
 */
export async function loadSides(before: string, after: string): Promise<Result<readonly [Side, Side]>> {
  const [one, other] = [await loadSide(before), await loadSide(after)];
  const diagnostics = [...one.diagnostics, ...other.diagnostics];
  if (one.value === undefined || other.value === undefined) return { diagnostics };
  let sides: readonly [Side, Side] = [one.value, other.value];
  const [old, fresh] = sides;
  const [name, newName] = [onlyName(old), onlyName(fresh)];
  if (name !== undefined && newName !== undefined && !old.files.some((file) => fresh.files.includes(file))) {
    if (name !== newName) sides = [old, (await loadSide(after, name)).value ?? fresh];
    if (name !== onlyName(sides[1])) sides = [(await loadSide(before, newName)).value ?? old, fresh];
  }
  return { value: sides, diagnostics };
}

function onlyName({ apis }: Side): string | undefined {
  return apis.length === 1 ? apis[0]?.name : undefined;
}

/** Whether a word names a revision of the git repository around the working folder. */
export function isRevision(word: string): boolean {
  try {
    git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${word}^{commit}`]);
    return true;
  } catch {
    return false;
  }
}

function git(args: readonly string[]): Buffer {
  return execFileSync('git', args, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 30 });
}

/** The folder that the path is in, as it was then, in a temporary place: a spec's other files are beside or below it. */
async function fromRevision(
  revision: string,
  path: string,
  fallbackName: string | undefined,
): Promise<Result<Side>> {
  const folder = mkdtempSync(join(tmpdir(), 'mcpgen-diff-'));
  try {
    const isFolder =
      git(['cat-file', '-t', `${revision}:./${path}`])
        .toString()
        .trim() === 'tree';
    const tree = isFolder ? path : dirname(path);
    const archive = join(folder, 'archive.tar');
    // From the top of the repository: elsewhere `archive` looks for the working folder in the tree that it is given.
    const [top = '.', prefix = ''] = git(['rev-parse', '--show-toplevel', '--show-prefix'])
      .toString()
      .split('\n');
    const inside = join(prefix, tree);
    const name = inside === '.' ? revision : `${revision}:${inside}`;
    writeFileSync(archive, git(['-C', top, 'archive', '--format=tar', name]));
    await extract({ file: archive, cwd: folder });
    return isFolder ? fromFolder(folder) : await fromFile(join(folder, basename(path)), fallbackName);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error);
    const hint = 'give REVISION:PATH, where the path is a spec or an output folder that was committed';
    return {
      diagnostics: [
        diagnostic('diff-revision', `\`${revision}:${path}\` cannot be read: ${reason}`, { hint }),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fromFolder(folder: string): Result<Side> {
  const own = join(folder, 'manifest.json');
  const single = existsSync(own) ? readManifest(own) : undefined;
  if (single !== undefined) return { value: sideOf(single, folder), diagnostics: [] };
  const records = readRecords(folder, false);
  const sides = [...(records.value?.apis.values() ?? [])].map((api) =>
    sideOf(api, join(folder, 'servers', api.name)),
  );
  const [first, second] = sides;
  if (first !== undefined || hasErrors(records.diagnostics)) {
    const files = second === undefined ? (first?.files ?? []) : [];
    return {
      value: { apis: sides.flatMap(({ apis }) => apis), whole: true, files },
      diagnostics: records.diagnostics,
    };
  }
  const hint = 'give a spec, a manifest.json, the folder of a server or an output folder';
  return { diagnostics: [diagnostic('diff-nothing', `\`${folder}\` holds no API`, { hint })] };
}

async function fromFile(file: string, fallbackName: string | undefined): Promise<Result<Side>> {
  const manifest = readManifest(file);
  if (manifest !== undefined) return { value: sideOf(manifest, dirname(file)), diagnostics: [] };
  const { value, diagnostics } = await compile(file, fallbackName);
  if (value === undefined) return { diagnostics };
  const { plan } = value;
  return {
    value: { apis: [surfaceOfPlan(plan, requiredSecrets(plan))], whole: false, files: [basename(file)] },
    diagnostics,
  };
}

/** @param folder the server's, with its tool list */
function sideOf(manifest: ApiManifest, folder: string): Side {
  return {
    apis: [surfaceOfManifest(manifest, readTools(folder))],
    whole: false,
    files: manifest.inputs.map(({ path }) => basename(path)),
  };
}

function readManifest(file: string): ApiManifest | undefined {
  return apiManifest.safeParse(readJson(file)).data;
}

/** The tool list of a server; without it a comparison knows no schemas. */
function readTools(server: string): readonly JsonObject[] {
  const tools = z.array(z.record(z.string(), z.json()));
  return tools.safeParse(readJson(join(server, 'src/tools.json'))).data ?? [];
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
