import { describe, expect, it } from 'vitest';
import { advisoryNameOf } from './advisory-name.ts';
import type { Ecosystem } from '../package/ecosystem.ts';

describe('the name by which advisories are looked up', () => {
  it.each<[Ecosystem, string, string]>([
    ['nuget', 'Newtonsoft.Json', 'newtonsoft.json'],
    ['pypi', 'Foo_Bar', 'foo-bar'],
    ['packagist', 'Guzzle/PSR7', 'guzzle/psr7'],
    ['githubactions', 'Actions/Checkout', 'actions/checkout'],
    ['swift', 'https://github.com/Apple/swift-nio.git', 'github.com/apple/swift-nio'],
    ['swift', 'github.com/apple/swift-nio', 'github.com/apple/swift-nio'],
    ['npm', 'JSONStream', 'JSONStream'],
    ['go', 'github.com/BurntSushi/toml', 'github.com/burntsushi/toml'],
    ['maven', 'Com.Example:A', 'Com.Example:A'],
  ])('of %s: %s is %s', (ecosystem, name, looked) => {
    expect(advisoryNameOf(ecosystem, name)).toBe(looked);
    expect(advisoryNameOf(ecosystem, looked)).toBe(looked);
  });
});
