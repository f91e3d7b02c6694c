/** Loaded in front of the built command: writes what V8 has made of each of its files when the process ends. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

/** The build names a file by what is in it; one with another name may change and keep it. */
const HAS_HASH = /-[\w-]{8}\.js$/;

const scripts = new Map();
vm.Script = class extends vm.Script {
  constructor(code, options) {
    super(code, options);
    scripts.set(options.filename, this);
  }
};
process.on('exit', () => {
  for (const [file, script] of scripts) {
    if (!HAS_HASH.test(path.basename(file))) continue;
    writeFileSync(`${file}.cache`, script.createCachedData());
  }
});
