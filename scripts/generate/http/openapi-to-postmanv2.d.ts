/** What we use of the converter, which ships no types. */
declare module "openapi-to-postmanv2" {
  interface Result {
    readonly result: boolean;
    readonly reason?: string;
    readonly output?: readonly { readonly type: string; readonly data: unknown }[];
  }
  interface Converter {
    convertV2(
      input: { readonly type: "json"; readonly data: object },
      options: Readonly<Record<string, string | boolean>>,
      done: (error: Error | null, result?: Result) => void,
    ): void;
  }
  const converter: Converter;
  // biome-ignore lint/style/noDefaultExport: what the package exports
  export default converter;
}
