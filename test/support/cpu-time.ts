/**
 * Time of the processor, for tests that hold work to a growth: how busy the machine is does not
 * change it.
 */

/**
 * Begins to count; the function that is returned gives the milliseconds of the processor that this
 * process took since.
 */
export function startCpuClock(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}
