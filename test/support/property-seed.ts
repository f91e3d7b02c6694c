/**
 * Property tests take the same cases on every run, so that a red run can be repeated and a green
 * one stays green; `ASSAY_SEED=random` looks for new ones, and a number repeats a run.
 */

import fc from 'fast-check';

const asked = process.env['ASSAY_SEED'];

if (asked !== 'random')
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(asked ?? 2026) });
