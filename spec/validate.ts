/** An error as Ajv reports it. A type of our own, so that users of this package need not install Ajv. */
export interface ValidationError {
  /** JSON Pointer to the invalid value. */
  readonly instancePath: string;
  /** The violated keyword of JSON Schema, and its parameters. */
  readonly keyword: string;
  // biome-ignore lint/suspicious/noExplicitAny: every keyword has parameters of its own
  readonly params: Readonly<Record<string, any>>;
  readonly message?: string;
}

/** Validates data, and stores the errors of the last call in `errors`. */
export interface Validate {
  (data: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}

/**
 * Validators of request bodies and parameters, by operationId. Parameters are validated as { query: {…}, header: {…} }.
 * `npm run generate` compiles those of the published document; a dialect that changes schemas compiles its own.
 */
export interface Validators {
  readonly bodies: { readonly [operationId: string]: Validate };
  readonly parameters: { readonly [operationId: string]: Validate };
}
