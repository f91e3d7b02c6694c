/** Preloaded into a measured process: writes what it used to the file that ASSAY_BENCH_USAGE names, when it ends. */
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  const target = process.env.ASSAY_BENCH_USAGE;
  if (target === undefined) return;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeFileSync(
    target,
    JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, rssMib: maxRSS / 1024 }),
  );
});
