/**
 * Runs programs with stubs for their modules, and prints which of them sent untrusted data to their
 * sink. Reads a list of programs from standard input.
 */
import realPath from 'node:path';
import vm from 'node:vm';

const CANARY = 'CANARY';
const TIMEOUT_MS = 2000;

/** What is harmless to a kind of sink has another name. */
const clean = (kind) => (text) => String(text).replaceAll(CANARY, `CLEAN-${kind}~`);

async function run({ text, kind }) {
  let arrived = false;
  const sink = (value) => {
    const seen = String(value);
    const cleaned = [...seen.matchAll(/CLEAN-(\w+)~/g)].map((found) => found[1]);
    if (seen.includes(CANARY) || cleaned.some((one) => one !== kind)) arrived = true;
  };
  for (const flag of ['', 'yes']) {
    const handlers = [];
    const modules = {
      express: () => ({ get: (_, handler) => handlers.push(handler) }),
      child_process: { exec: sink },
      fs: { readFileSync: sink },
      vm: { runInNewContext: sink },
      path: { ...realPath, basename: clean('path') },
      mysql: { createConnection: () => ({ query: sink }), escape: clean('sql') },
      'escape-html': clean('html'),
    };
    const context = vm.createContext({ require: (name) => modules[name], module: {}, exports: {} });
    const values = { name: CANARY, flag };
    const request = {
      query: values,
      body: values,
      params: values,
      headers: values,
      get: () => CANARY,
    };
    try {
      vm.runInContext(text, context, { timeout: TIMEOUT_MS });
      for (const handler of handlers) await handler(request, { send: sink });
    } catch (error) {
      return { error: String(error) };
    }
  }
  return { arrived };
}

async function main() {
  const pieces = [];
  for await (const piece of process.stdin) pieces.push(piece);
  const results = [];
  for (const program of JSON.parse(Buffer.concat(pieces).toString()))
    results.push(await run(program));
  process.stdout.write(JSON.stringify(results));
}

await main();
