import { describe, expect, it } from 'vitest';
import { AssayError } from '../../core/base/errors.ts';
import { parseFailOn } from './fail-on.ts';

describe('parseFailOn', () => {
  it.each([
    ['high', [{ text: 'high', atLeast: 'high' }]],
    ['HIGH', [{ text: 'HIGH', atLeast: 'high' }]],
    ['high+fixable', [{ text: 'high+fixable', atLeast: 'high', isFixable: true }]],
    ['+kev', [{ text: 'kev', isExploited: true }]],
    ['epss>=0.1', [{ text: 'epss>=0.1', minEpss: 0.1 }]],
    ['cvss>=8', [{ text: 'cvss>=8', minCvss: 8 }]],
    ['age>30d', [{ text: 'age>30d', minAgeDays: 30 }]],
    ['age>2w', [{ text: 'age>2w', minAgeDays: 14 }]],
    [
      'critical, high+fixable',
      [
        { text: 'critical', atLeast: 'critical' },
        { text: 'high+fixable', atLeast: 'high', isFixable: true },
      ],
    ],
    [
      'medium+kev+epss>=1+cvss>=9.5+age>7d',
      [
        {
          text: 'medium+kev+epss>=1+cvss>=9.5+age>7d',
          atLeast: 'medium',
          isExploited: true,
          minEpss: 1,
          minCvss: 9.5,
          minAgeDays: 7,
        },
      ],
    ],
    ['high+owned', [{ text: 'high+owned', atLeast: 'high', isOwned: true }]],
    ['high+new', [{ text: 'high+new', atLeast: 'high', isNew: true }]],
    ['fix-age>2w', [{ text: 'fix-age>2w', minFixAgeDays: 14 }]],
    ['low+count>=10', [{ text: 'low+count>=10', atLeast: 'low', minCount: 10 }]],
    [
      'evidence<verified',
      [{ text: 'evidence<verified', evidence: { sign: '<', level: 'verified' } }],
    ],
    ['origin=app', [{ text: 'origin=app', origin: 'app' }]],
    [
      'package="libstdc++6,g++"+ecosystem!=OS|npm',
      [
        {
          text: 'package="libstdc++6,g++"+ecosystem!=OS|npm',
          tests: [
            { of: 'package', patterns: ['libstdc++6,g++'], isNegated: false },
            { of: 'ecosystem', patterns: ['os', 'npm'], isNegated: true },
          ],
        },
      ],
    ],
  ])('reads %s', (text, conditions) => {
    expect(parseFailOn(text)).toEqual(conditions);
  });

  it.each([
    ['hihg', '"hihg" is not a condition', 'Did you mean "high"?'],
    ['fixabel', '"fixabel" is not a condition', 'Did you mean "fixable"?'],
    ['epsss>=0.1', '"epsss>=0.1" is not a condition', 'Did you mean "epss"?'],
    ['quux', '"quux" is not a condition', 'Conditions are unknown, low,'],
    ['', 'has an empty condition', 'Conditions are'],
    ['high,', 'has an empty condition', 'Conditions are'],
    ['high++kev', 'has an empty condition', 'Conditions are'],
    ['high+critical', 'asks twice', 'commas'],
    ['package="a', 'a quote that is not closed', 'Close it'],
    ['package=g++', 'has an empty condition', 'in double quotes'],
    ['fixable=yes', '"fixable" is a word that stands alone', 'as in fixable'],
    ['package', 'is not a threshold', 'package=openssl*'],
    ['package=', 'is not a threshold', 'package=openssl*'],
    ['package>=a', 'is not a threshold', 'package=openssl*'],
    ['package=a||b', 'is not a threshold', 'package=openssl*'],
    ['package=[a', 'cannot be used: a "[" is not closed', 'backslash'],
    ['ecosystem=nmp', 'is not a threshold', 'ecosystem=npm|pypi'],
    ['origin=own', 'is not a threshold', 'with app, base'],
    ['evidence<sure', 'is not a threshold', 'with contradicted, claimed'],
    ['fix-age>1', 'is not a threshold', 'fix-age>14d'],
    ['count>=0', 'is not a threshold', 'count>=10'],
    ['origin=app+origin=base', 'asks twice', 'commas'],
    ['epss>0.1', '"epss>0.1" is not a threshold', 'epss>=0.1'],
    ['epss>=1.1', 'is not a threshold', 'epss>=0.1'],
    ['epss', '"epss" is not a threshold', 'epss>=0.1'],
    ['cvss>=11', 'is not a threshold', 'cvss>=8'],
    ['cvss>=-1', 'is not a threshold', 'cvss>=8'],
    ['age>=30d', 'is not a threshold', 'age>30d'],
    ['age>30', 'is not a threshold', 'age>30d'],
  ])('refuses "%s"', (text, message, hint) => {
    let error: unknown;
    try {
      parseFailOn(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AssayError);
    expect(error).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message) as unknown,
      hint: expect.stringContaining(hint) as unknown,
    });
  });
});
