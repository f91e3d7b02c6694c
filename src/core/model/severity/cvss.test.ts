import * as calculator from 'ae-cvss-calculator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CvssError, cvssScores, severityOfVector } from './cvss.ts';

const V31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const V4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';

describe('cvssScores', () => {
  it.each([
    ['2.0', 'AV:N/AC:L/Au:N/C:C/I:C/A:C', 10, 10, 10],
    ['2.0', 'AV:N/AC:L/Au:S/C:C/I:C/A:C/E:F/RL:U/RC:C', 9, 8.6, 8.6],
    ['2.0', 'AV:L/AC:M/Au:S/C:N/I:P/A:C/E:U/RL:OF/RC:UR/TD:L/CR:H/IR:H/AR:H', 5, 3.5, 1.2],
    ['2.0', 'AV:N/AC:L/Au:N/C:N/I:N/A:N', 0, 0, 0],
    ['3.0', 'CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:N/E:H/RL:O/RC:C/MA:H', 9.3, 8.9, 9.2],
    ['3.1', V31, 9.8, 9.8, 9.8],
    ['3.1', 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H', 9.9, 9.9, 10],
    ['3.1', `${V31}/MC:N/MI:N/MA:N`, 9.8, 9.8, 0],
    ['4.0', V4, 9.3, 9.3, 9.3],
    ['4.0', `${V4}/E:U`, 9.3, 8.1, 8.1],
    ['4.0', 'CVSS:4.0/AV:P/AC:H/AT:P/PR:H/UI:A/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N', 0, 0, 0],
  ] as const)('scores a vector of %s: %s', (version, vector, ...scores) => {
    const [base, temporal, environmental] = scores;
    expect(cvssScores(vector)).toEqual({ version, base, temporal, environmental });
  });

  it.each([
    ['nothing', ''],
    ['another version', 'CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
    ['no prefix', V31.slice('CVSS:3.1/'.length)],
    ['an unknown metric', V31.replace('AV', 'AX')],
    ['an unknown value', V31.replace('AV:N', 'AV:W')],
    ['a value of another metric', V31.replace('S:U', 'S:N')],
    ['a missing base metric', V31.replace('/S:U', '')],
    ['a metric given twice', `${V31}/AV:N`],
    ['a slash at the end', `${V31}/`],
    ['a pair without a colon', `${V31}/E`],
    ['lower case', V31.toLowerCase()],
    ['a name of the prototype', `${V31}/constructor:name`],
    ['version 4.0 out of order', V4.replace('AV:N/AC:L', 'AC:L/AV:N')],
    ['an undefined base metric', V4.replace('AV:N', 'AV:X')],
  ])('refuses %s', (_, vector) => {
    expect(() => cvssScores(vector)).toThrow(CvssError);
  });

  it('takes metrics of 3.1 in any order', () => {
    expect(cvssScores('CVSS:3.1/A:H/I:H/C:H/S:U/UI:N/PR:N/AC:L/AV:N').base).toBe(9.8);
  });

  it('agrees with another calculator on random vectors of 4.0', () => {
    const metric = (key: string, values: string): fc.Arbitrary<string> =>
      fc.constantFrom(...Array.from(values)).map((value) => `/${key}:${value}`);
    const line = (text: string): fc.Arbitrary<string> => {
      const [key = '', values = ''] = text.split(' ');
      return values.startsWith('X')
        ? fc.option(metric(key, values), { nil: '' })
        : metric(key, values);
    };
    const lines =
      'AV NALP,AC LH,AT NP,PR NLH,UI NPA,VC HLN,VI HLN,VA HLN,SC HLN,SI HLN,SA HLN,E XAPU,CR XHML,' +
      'IR XHML,AR XHML,MAV XNALP,MAC XLH,MAT XNP,MPR XNLH,MUI XNPA,MVC XHLN,MVI XHLN,MVA XHLN,' +
      'MSC XHLN,MSI XSHLN,MSA XSHLN';
    fc.assert(
      fc.property(fc.tuple(...lines.split(',').map(line)), (pairs) => {
        const vector = `CVSS:4.0${pairs.join('')}`;
        const oracle = new calculator.Cvss4P0(vector).calculateScores().overall;
        expect(cvssScores(vector).environmental).toBe(oracle);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('severityOfVector', () => {
  it.each([
    [V31, 'critical'],
    ['AV:N/AC:L/Au:N/C:C/I:C/A:C', 'high'],
    ['CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N', 'low'],
    ['HIGH', 'unknown'],
  ])('rates %s', (vector, severity) => {
    expect(severityOfVector(vector)).toBe(severity);
  });
});
