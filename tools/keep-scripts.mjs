/**
 * Loaded in front of the built command: writes what V8 has made of each of its files when the
 * process ends, and which of Node's own modules it has loaded.
 */
import { writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

/** The build names a file by what is in it; one with another name may change and keep it. */
const HAS_HASH = /-[\w-]{8}\.js$/;
/**
 * Compiling less takes no longer than reading what was made of it, and is done to print a version.
 */
const MIN_CODE_LENGTH = 8 * 1024;

const scripts = new Map();
vm.Script = class extends vm.Script {
  constructor(code, options) {
    super(code, options);
    if (code.length >= MIN_CODE_LENGTH) scripts.set(options.filename, this);
  }
};
/** Modules of Node that the command asks for itself. */
const asked = new Set();
const { getBuiltinModule } = process;
process.getBuiltinModule = (id) => {
  asked.add(id.replace(/^node:/, ''));
  return getBuiltinModule.call(process, id);
};
// What these are made of depends on what the command writes to, which is another matter in another
// run.
void [process.stdout, process.stderr];
const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  const folders = new Set();
  for (const [file, script] of scripts) {
    if (!HAS_HASH.test(path.basename(file))) continue;
    writeFileSync(`${file}.cache`, script.createCachedData());
    folders.add(path.dirname(file));
  }
  const loaded = new Set(process.moduleLoadList.filter((name) => !before.has(name)));
  const builtIns = builtinModules.filter(
    (name) => asked.has(name) || loaded.has(`NativeModule ${name}`),
  );
  for (const folder of folders) {
    writeFileSync(path.join(folder, 'built-ins.json'), JSON.stringify(builtIns));
  }
});
