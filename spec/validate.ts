/** What does not fit, as Ajv tells it. Its own type would ask every user of ours to install Ajv. */
export interface Unfit {
  /** JSON Pointer to what does not fit. */
  readonly instancePath: string;
  /** The keyword of JSON Schema that it does not fit, and what that one asks for. */
  readonly keyword: string;
  // biome-ignore lint/suspicious/noExplicitAny: of another form for every keyword
  readonly params: Readonly<Record<string, any>>;
  readonly message?: string;
}

/** Tells whether data fits, and leaves in `errors` why it does not. */
export interface Validate {
  (data: unknown): boolean;
  errors?: readonly Unfit[] | null;
}

/**
 * Validators of what requests carry, by operationId. Parameters are validated as { query: {…}, header: {…} }.
 * `npm run generate` compiles those of the published document; a dialect that changes schemas has its own.
 */
export interface Validators {
  readonly bodies: { readonly [operationId: string]: Validate };
  readonly parameters: { readonly [operationId: string]: Validate };
}
