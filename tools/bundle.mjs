/**
 * Bundles the command, split into files: what a command does not need is not loaded. Run by itself
 * it takes the folder to write to, which tests use.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = createRequire(import.meta.url)('../package.json');

/**
 * Files of the bundle by what needs them, each with all that it imports: one file for each of
 * these, because finding, reading and linking a hundred takes a millisecond each. What several need
 * is in the first of them, which is always loaded. What only some commands need is left to files of
 * its own.
 */
const PARTS = {
  /** To find out what an image is, and whether its layers are known. */
  hot: [
    'src/app/cli/shell/run.ts',
    'src/app/cli/commands/scan/image.ts',
    'src/app/cli/commands/scan/scan-command.ts',
    'src/app/config/load.ts',
    'src/scan/pipeline/run-scan.ts',
    'src/scan/source/archive/image-archive.ts',
    'src/scan/source/layout/oci-directory.ts',
    // Small modules of the parts below that commands without a scan need as well.
    'src/core/base/append-all.ts',
    'src/core/base/file-lock.ts',
    'src/core/base/json-text.ts',
  ],
  /** To report what was matched. */
  judging: [
    'src/scan/pipeline/evaluate.ts',
    'src/advisories/base/updating-base.ts',
    'src/scan/report/json/json.ts',
  ],
  /** To decide, where a gate or an exception asks for it. */
  deciding: [
    'src/scan/policy/decide.ts',
    'src/scan/remediation/cure.ts',
    'src/app/cli/shell/options/policy-options.ts',
  ],
  /** To match packages with advisories. */
  matching: [
    'src/scan/pipeline/match-artifacts.ts',
    'src/advisories/store/open-advisory-base.ts',
    'src/advisories/feeds/osv.ts',
  ],
  /** To print what people read. */
  table: ['src/scan/report/table/table.ts'],
  /** To read layers. */
  layers: [
    'src/scan/pipeline/analyze.ts',
    'src/scan/catalog/alpine/apk-installed.ts',
    'src/scan/catalog/debian/dpkg-status.ts',
    'src/scan/catalog/npm/node-package.ts',
    'src/scan/catalog/os/os-release.ts',
    'src/scan/catalog/os/release-file.ts',
  ],
  /** To read what registries store. */
  registries: ['src/clients/oci/index.ts'],
  /** To verify the signatures of an image. */
  verifying: ['src/app/cli/commands/sign/verify.ts', 'src/trust/trust-file/find-trust-file.ts'],
};

/**
 * Small, and all that the entry needs to print a version: without a file of its own it would be
 * drawn into the large one.
 */
const APART = [path.join(root, 'src/core/base/build-info.ts')];

/**
 * Writes `assay.js`, which loads `chunks/main.js` and what that asks for; `main` is what that is
 * made of. All of it is CommonJS: V8 keeps what it made of scripts, and Node 20 gives no way to
 * hand that to a module.
 */
export async function bundleCommand(outdir, main = 'src/app/cli/main.ts') {
  let parts;
  await bundleFiles({ main }, path.join(outdir, 'chunks'), [
    { name: 'tool', test: (id) => APART.includes(id), priority: 1 },
    {
      debugName: 'parts',
      name(id, graph) {
        parts ??= partsOf(graph);
        return parts.get(id) ?? null;
      },
    },
  ]);
  await bundleFiles({ assay: 'src/app/cli/entry.ts' }, outdir, []);
  // A process of its own, which loads nothing else.
  await bundleFiles({ 'template-child': 'src/app/cli/print/template-child.ts' }, outdir, []);
  chmodSync(path.join(outdir, 'assay.js'), 0o755);
  writeFileSync(path.join(outdir, 'package.json'), '{"type":"commonjs"}\n');
}

async function bundleFiles(input, dir, groups) {
  const bundle = await rolldown({
    cwd: root,
    input,
    platform: 'node',
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
    transform: {
      target: 'node20.19',
      define: {
        __ASSAY_VERSION__: JSON.stringify(version),
        __ASSAY_BUILD__: JSON.stringify(sourceMark()),
      },
    },
    plugins: [withoutSubprocesses],
  });
  const { output } = await bundle.write({
    dir,
    format: 'cjs',
    // Scripts that are not loaded by Node itself have no import() without a warning.
    dynamicImportInCjs: false,
    minify: true,
    keepNames: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups },
  });
  await bundle.close();
  for (const { fileName, code } of output) {
    if (code !== undefined) writeFileSync(path.join(dir, fileName), inAscii(code));
  }
}

/**
 * The same code in ASCII, as `src/app/cli/entry.ts` reads it: V8 keeps a text with a single other
 * character in two bytes a character, which takes longer to read and to compile. All of these stand
 * in texts and patterns, where a backslash in front of one would turn its escape into something
 * else.
 */
function inAscii(code) {
  const odd = /\\[\u0080-\uffff]/.exec(code);
  if (odd !== null) throw new Error(`cannot be written in ASCII: ${odd[0]}`);
  return code.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * The part of each module: the first that it, or what imports it when it is loaded, is named in.
 */
function partsOf(graph) {
  const parts = new Map();
  for (const [part, names] of Object.entries(PARTS)) {
    const waiting = names.map((name) => path.join(root, name));
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const module = parts.has(id) ? null : graph.getModuleInfo(id);
      if (module === null) continue;
      parts.set(id, part);
      waiting.push(...module.importedIds);
    }
  }
  return parts;
}

/**
 * commander can run commands that are programs of their own; Assay has none, and Node's part for it
 * takes time to load.
 */
const withoutSubprocesses = {
  name: 'without-subprocesses',
  transform: {
    filter: { id: /commander[\\/]lib[\\/]command\.js$/ },
    handler: (code) => code.replace("require('node:child_process')", '{}'),
  },
};

/**
 * The same for the same sources and dependencies; what the command keeps between runs is good for
 * one mark.
 */
function sourceMark() {
  const hash = createHash('sha256');
  const names = readdirSync(path.join(root, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `src/${name}`);
  for (const name of ['package-lock.json', ...names.sort()]) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(path.join(root, name)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 20);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdir = path.resolve(process.argv[2] ?? 'dist/bin');
  mkdirSync(outdir, { recursive: true });
  await bundleCommand(outdir);
}
