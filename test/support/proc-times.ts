/** CPU times and the state of a process, as Linux lists them in `/proc`. */

import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the machine. */
const MS_PER_TICK = 10;

/** CPU times of a process so far, and whether it sleeps. */
export interface ProcTimes {
  /** Whether the process waits for an event. A process that waits for a busy CPU does not sleep. */
  readonly isAsleep: boolean;
  readonly ownMs: number;
  /** CPU time of descendants that have ended and were waited for. */
  readonly childrenMs: number;
}

/** Returns the times of a process. @throws Error if there is no such process, or no `/proc` */
export function procTimes(pid: number | 'self'): ProcTimes {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name of the program in parentheses; the state is field 3, and utime to
  // cstime are fields 14 to 17: proc_pid_stat(5).
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields
    .slice(10, 14)
    .map((field) => Number(field) * MS_PER_TICK);
  return {
    isAsleep: state === 'S',
    ownMs: user + system,
    childrenMs: childrenUser + childrenSystem,
  };
}
