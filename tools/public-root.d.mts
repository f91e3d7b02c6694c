/** The text of the generated module. */
export function publicRootModule(): string;
