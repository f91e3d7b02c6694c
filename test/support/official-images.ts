/**
 * Images that are laid out as the official ones of Node, Python, Java and Go and as distroless ones
 * are, made by the tools that those images are made with. Each is the layers on top of a Debian
 * root, or all layers of an image without one.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { missingTool, run } from './tools.ts';
import { zip, type Member } from './zip.ts';

/** More than any package of a minimal root. */
const MAX_PACKAGE_BYTES = 256 * 1024 * 1024;

/** Versions that the `node` images of Debian 13 have had. */
const NPM = 'npm@10.9.2';
const YARN = 'yarn@1.22.22';

/**
 * `/usr/local` of the image `node`: the program, npm with its own `node_modules`, Corepack, the
 * links to both, Yarn below `/opt`, an application with a lockfile in `/usr/src/app` and one
 * without in `/srv/plain`.
 */
export function nodeLayer(root: string): void {
  const bin = path.join(root, 'usr/local/bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync(process.execPath, path.join(bin, 'node'));
  symlinkSync('node', path.join(bin, 'nodejs'));
  npm(root, ['install', '--global', '--prefix', path.join(root, 'usr/local'), NPM, 'corepack']);
  const opt = path.join(root, 'opt');
  mkdirSync(opt);
  const [packed = ''] = run('npm', ['pack', '--silent', YARN], opt).trim().split('\n');
  run('tar', ['-xzf', packed], opt);
  renameSync(path.join(opt, 'package'), path.join(opt, 'yarn-v1.22.22'));
  rmSync(path.join(opt, packed));
  const app = path.join(root, 'usr/src/app');
  mkdirSync(app, { recursive: true });
  const manifest = { name: 'app', version: '1.0.0', dependencies: { express: '^4.21.2' } };
  writeFileSync(path.join(app, 'package.json'), JSON.stringify(manifest));
  npm(app, ['install', '--omit=dev']);
  writeFileSync(path.join(app, 'server.js'), "require('express')().listen(8080);\n");
  // The same without its lockfile, as a Dockerfile that copies nothing but `package.json` leaves
  // it.
  cpSync(app, path.join(root, 'srv/plain'), { recursive: true });
  rmSync(path.join(root, 'srv/plain/package-lock.json'));
}

function npm(folder: string, args: readonly string[]): void {
  run('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);
}

/**
 * Where a Python that was built from its sources lies, with the wheels that `ensurepip` installs;
 * as in `python`.
 */
export function builtPython(): { readonly prefix: string; readonly version: string } | undefined {
  const script =
    'import sys,ensurepip,os;print(sys.base_prefix);print("%d.%d" % sys.version_info[:2]);' +
    'print(os.path.isdir(os.path.join(os.path.dirname(ensurepip.__file__),"_bundled")))';
  if (missingTool('python3') !== undefined) return undefined;
  const { status, stdout } = spawnSync('python3', ['-c', script], { encoding: 'utf8' });
  const [prefix = '', version = '', hasWheels] = stdout.trim().split('\n');
  return status === 0 && hasWheels === 'True' && prefix !== '/usr'
    ? { prefix, version }
    : undefined;
}

/**
 * `/usr/local` of the image `python`, a virtual environment in `/opt/venv`, and an application with
 * requirements.
 */
export function pythonLayer(root: string): void {
  const python = builtPython();
  if (python === undefined) throw new Error('no Python that was built from its sources');
  const { prefix, version } = python;
  const local = path.join(root, 'usr/local');
  mkdirSync(path.join(local, 'bin'), { recursive: true });
  mkdirSync(path.join(local, 'lib'));
  const name = `python${version}`;
  copyFileSync(path.join(prefix, 'bin', name), path.join(local, 'bin', name));
  symlinkSync(name, path.join(local, 'bin/python3'));
  const library = path.join(local, 'lib', name);
  for (const file of readdirSync(path.join(prefix, 'lib'))) {
    if (!/^libpython.*\.so/.test(file)) continue;
    copyFileSync(path.join(prefix, 'lib', file), path.join(local, 'lib', file));
  }
  const isKept = (file: string): boolean =>
    !/\/(?:__pycache__|site-packages|test|tests|idlelib|config-[^/]*)$|\.a$/.test(file);
  cpSync(path.join(prefix, 'lib', name), library, { recursive: true, filter: isKept });
  const wheels = path.join(library, 'ensurepip/_bundled');
  const target = path.join(library, 'site-packages');
  const bundled = readdirSync(wheels).filter((file) => file.endsWith('.whl'));
  pip(['--no-index', '--target', target, ...bundled.map((file) => path.join(wheels, file))]);
  run('python3', ['-m', 'venv', '--copies', path.join(root, 'opt/venv')]);
  const app = path.join(root, 'app');
  mkdirSync(app);
  // Ranges, which `pip install -r` in the Dockerfile has resolved.
  writeFileSync(path.join(app, 'requirements.txt'), 'pip>=20\nsetuptools\n');
  writeFileSync(path.join(app, 'main.py'), 'print("hello")\n');
}

function pip(args: readonly string[]): void {
  run('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile', ...args]);
}

/**
 * An executable archive of Spring Boot in `/app`, with the archives of Debian's packages as its
 * libraries.
 */
export function javaLayer(root: string, libraries: readonly string[]): void {
  const app = path.join(root, 'app');
  mkdirSync(app, { recursive: true });
  const manifest = [
    'Manifest-Version: 1.0',
    'Main-Class: org.springframework.boot.loader.launch.JarLauncher',
    'Start-Class: com.example.App',
    'Spring-Boot-Version: 3.2.0',
    'Spring-Boot-Classes: BOOT-INF/classes/',
    'Spring-Boot-Lib: BOOT-INF/lib/',
    '',
    '',
  ].join('\r\n');
  const names = libraries.map((file) => path.basename(file));
  const members: Member[] = [
    { name: 'META-INF/MANIFEST.MF', body: manifest },
    { name: 'org/springframework/boot/loader/launch/JarLauncher.class', body: classFile() },
    { name: 'BOOT-INF/classes/com/example/App.class', body: classFile() },
    { name: 'BOOT-INF/classes/application.yml', body: 'server:\n  port: 8080\n' },
    {
      name: 'META-INF/maven/com.example/app/pom.properties',
      body: 'artifactId=app\ngroupId=com.example\nversion=1.0.0\n',
    },
    ...libraries.map((file) => ({
      name: `BOOT-INF/lib/${path.basename(file)}`,
      body: readFileSync(file),
      method: 0,
    })),
    {
      name: 'BOOT-INF/classpath.idx',
      body: names.map((name) => `- "BOOT-INF/lib/${name}"\n`).join(''),
    },
  ];
  writeFileSync(path.join(app, 'app.jar'), zip(members));
}

/** The head of a class file of Java 17, with an empty pool of constants. */
function classFile(): Buffer {
  return Buffer.from('cafebabe0000003d0001', 'hex');
}

/** `FROM scratch` with a static program and the certificates of the builder. */
export function goLayer(root: string): void {
  const source = path.join(root, 'src');
  mkdirSync(source);
  writeFileSync(path.join(source, 'go.mod'), 'module example.com/server\n\ngo 1.19\n');
  const code =
    'package main\n\nimport "net/http"\n\nfunc main() { _ = http.ListenAndServe(":8080", nil) }\n';
  writeFileSync(path.join(source, 'main.go'), code);
  const settings = {
    CGO_ENABLED: '0',
    GOTOOLCHAIN: 'local',
    GOFLAGS: '-buildvcs=false',
    GOPROXY: 'off',
  };
  execFileSync('go', ['build', '-trimpath', '-o', path.join(root, 'server'), '.'], {
    cwd: source,
    env: { ...process.env, ...settings },
    stdio: 'pipe',
  });
  rmSync(source, { recursive: true });
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  if (!existsSync(certificates)) return;
  mkdirSync(path.join(root, 'etc/ssl/certs'), { recursive: true });
  copyFileSync(certificates, path.join(root, certificates));
}

/** Packages of `gcr.io/distroless/base`, as far as a minimal Debian has them. */
const DISTROLESS = [
  'base-files',
  'libc6',
  'netbase',
  'tzdata',
  'libssl3t64',
  'zlib1g',
  'media-types',
];

/**
 * Packages of a Debian root as Bazel's `rules_distroless` lays them out: files, one control file
 * for each below `status.d`, and the package's checksums beside it.
 */
export function distrolessLayer(root: string, debian: string): void {
  const info = path.join(debian, 'var/lib/dpkg/info');
  const stanzas = readFileSync(path.join(debian, 'var/lib/dpkg/status'), 'utf8').split('\n\n');
  const folder = path.join(root, 'var/lib/dpkg/status.d');
  mkdirSync(folder, { recursive: true });
  for (const stanza of stanzas) {
    const name = /^Package: (?<name>.+)$/m.exec(stanza)?.groups?.['name'] ?? '';
    if (!DISTROLESS.includes(name)) continue;
    writeFileSync(path.join(folder, name), `${stanza.replace(/^Status: .*\n/m, '')}\n`);
    const base = [name, `${name}:amd64`].find((it) => existsSync(path.join(info, `${it}.list`)));
    const sums = path.join(info, `${base ?? ''}.md5sums`);
    if (existsSync(sums)) copyFileSync(sums, path.join(folder, `${name}.md5sums`));
    const listed = readFileSync(path.join(info, `${base ?? ''}.list`), 'utf8')
      .trim()
      .split('\n');
    const names = listed.filter((file) => existsSync(debian + file)).map((file) => `.${file}`);
    const pack = ['-C', debian, '--no-recursion', '-cf', '-', '-T', '-'];
    const { stdout } = spawnSync('tar', pack, {
      input: names.join('\n'),
      maxBuffer: MAX_PACKAGE_BYTES,
    });
    spawnSync('tar', ['-C', root, '-xf', '-'], { input: stdout });
  }
}
