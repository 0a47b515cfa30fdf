import { stringify } from 'yaml';
import type { Json } from '../../src/model/json.ts';

/**
 * The door through which text gets into YAML: 1.2, but nothing that a YAML 1.1 reader takes for something else (`no`, `1:20`).
 * @param value what the document says
 * @param comment lines before it, without `#`
 */
export function yamlText(value: Json, comment = ''): string {
  const head = comment === '' ? '' : `${comment.trimEnd().replace(/^/gm, '# ').replace(/ +$/gm, '')}\n`;
  return head + stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' });
}
