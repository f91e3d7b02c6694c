/** What Linux knows of each process, in `/proc`: its times of the processor, and whether it waits. */

import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second, whatever the machine. */
const MS_PER_TICK = 10;

/** What a process took so far. */
export interface ProcTimes {
  /** It waits for something; a process that waits for a busy processor does not sleep. */
  readonly isAsleep: boolean;
  readonly ownMs: number;
  /** Of its children, and of theirs, as far as they have ended and were waited for. */
  readonly childrenMs: number;
}

/** Returns the times of a process. It throws where there is no such process, or no `/proc`. */
export function procTimes(pid: number | 'self'): ProcTimes {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name of the program in parentheses; the state is field 3, and utime to cstime are fields 14 to 17: proc_pid_stat(5).
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
