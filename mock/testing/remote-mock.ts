/** A mock that listens somewhere, and who controls it. */
export interface RemoteMock {
  /** The URL of the mock. */
  readonly url: string;
  /** The API key of the organization whose world is controlled; every world without one. */
  readonly apiKey?: string | undefined;
  /** The control token, if the mock was started with one. */
  readonly controlToken?: string | undefined;
}
