// TypeScript's compiler as one value. In the bundle of the thread that prints types this stands for the package `typescript`:
// esbuild would copy its thousands of names once for every module that imports it.
import { createRequire } from 'node:module';

export default createRequire(__filename)('typescript');
