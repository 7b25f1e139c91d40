/** A style sheet as text, as the build bundles it. */
declare module "*.css" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: esbuild's loader for text exports it so
  export default text;
}
