/**
 * Preloaded into a measured process: writes what it used to the file that ASSAY_BENCH_USAGE names,
 * when it ends.
 */
import { readFileSync, writeFileSync } from 'node:fs';

process.on('exit', () => {
  const target = process.env.ASSAY_BENCH_USAGE;
  if (target === undefined) return;
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(
    target,
    JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, rssMib: peakKib() / 1024 }),
  );
});

/**
 * The largest resident size of this program. Linux carries `ru_maxrss` (`resourceUsage().maxRSS`)
 * over from the process that started the program (getrusage(2)), so that a large parent would be
 * measured in its place; `VmHWM` begins anew with each program (proc(5)).
 */
function peakKib() {
  const peak = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (peak === undefined) throw new Error('/proc/self/status has no VmHWM');
  return Number(peak);
}
