/** .NET, Swift, CocoaPods, Dart, Haskell: languages with a platform of their own. */

import type { CatalogerRow } from '../cataloger.ts';

export const PLATFORM_ROWS: readonly CatalogerRow[] = [];
