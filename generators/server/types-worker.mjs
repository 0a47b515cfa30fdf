// The thread in which types.ts is printed, beside all other work of a build: it takes as long as the rest of it.
// openapi-typescript's own front door would first load a linter, lint the document and look for files that it refers to:
// mcpgen has checked more than that, and takes only the part that prints.
import { parentPort } from 'node:worker_threads';
import { astToString } from 'openapi-typescript/dist/lib/ts.mjs';
import { resolveRef, scanDiscriminators } from 'openapi-typescript/dist/lib/utils.mjs';
import transformSchema from 'openapi-typescript/dist/transform/index.mjs';

const options = { defaultNonNullable: true, emptyObjectsUnknown: true, silent: true };

function printTypes(document) {
  document.components ??= {};
  const nodes = transformSchema(document, {
    ...options,
    discriminators: scanDiscriminators(document, options),
    injectFooter: [],
    resolve: (reference) => resolveRef(document, reference, options),
  });
  return astToString(nodes);
}

parentPort.on('message', ({ id, question }) => {
  try {
    parentPort.postMessage({ id, answer: { text: printTypes(question) } });
  } catch (error) {
    parentPort.postMessage({ id, answer: { reason: String(error?.message ?? error) } });
  }
});
