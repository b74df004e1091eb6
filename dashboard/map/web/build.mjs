// Build the bundle that Dash serves. Usage: npm ci && npm run build [-- DIRECTORY]
// The same lock gives the same bytes: a test builds again and compares with SHA256SUMS.
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] || join(here, '..', 'bundle'));
const modules = join(here, 'node_modules');
const maplibre = join(modules, 'maplibre-gl');
const read = path => readFileSync(path, 'utf8');
const write = (name, text) => writeFileSync(join(target, name), text);
// source maps are not shipped, so the pointers to them would be requests that fail
const withoutMap = text => text.replace(/\n?\/[/*]# sourceMappingURL=.*\n?/g, '\n');

mkdirSync(target, {recursive: true});
const result = await build({
  absWorkingDir: here, entryPoints: ['src/map_view.js'], bundle: true, minify: true,
  format: 'iife', globalName: 'placedata_map', target: 'es2022', legalComments: 'inline',
  // maplibre would look for its worker beside itself; map_view.js names the file instead
  define: {'import.meta.url': '""'}, write: false, metafile: true, logLevel: 'warning',
});
write('map_view.min.js', result.outputFiles[0].text);
// the first picture of the map needs none of the library: it is there before that has been read
const sketch = await build({
  absWorkingDir: here, entryPoints: ['src/sketch.js'], bundle: true, minify: true,
  format: 'iife', target: 'es2022', write: false, logLevel: 'warning',
});
write('sketch.min.js', sketch.outputFiles[0].text);
write('maplibre-worker.js', withoutMap(read(join(maplibre, 'dist', 'maplibre-gl-worker.mjs'))));
write('maplibre-gl.css', withoutMap(read(join(maplibre, 'dist', 'maplibre-gl.css'))));
write('map_view.css', read(join(here, 'src', 'map_view.css')));

// maplibre-gl ships as one file with its dependencies inside, so theirs are listed from its manifest.
const used = new Set(Object.keys(result.metafile.inputs)
  .map(path => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean));
for (const name of Object.keys(JSON.parse(read(join(maplibre, 'package.json'))).dependencies))
  if (!name.startsWith('@types/')) used.add(name);
const licences = [...used].sort().map(name => {
  const folder = join(modules, name);
  const {version, license} = JSON.parse(read(join(folder, 'package.json')));
  const entries = readdirSync(folder);
  const file = entries.find(entry => /^licen[cs]e/i.test(entry))
    || entries.find(entry => /^readme/i.test(entry));
  const whole = read(join(folder, file)).replace(/\r\n/g, '\n').trim();
  // a package without a licence file carries its licence at the end of its readme
  const text = /^readme/i.test(file) ? whole.slice(whole.search(/^#+ licen[cs]e/im)) : whole;
  return `${name} ${version} (${license})\n${'='.repeat(72)}\n${text}\n`;
});
write('LICENSES.txt', `Third-party code in map_view.min.js, maplibre-worker.js and maplibre-gl.css\n\n${licences.join('\n\n')}`);

const sums = readdirSync(target).filter(name => name !== 'SHA256SUMS').sort().map(name =>
  `${createHash('sha256').update(readFileSync(join(target, name))).digest('hex')}  ${name}\n`);
write('SHA256SUMS', sums.join(''));
