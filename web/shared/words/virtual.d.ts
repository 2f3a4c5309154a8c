/** Files with the texts of a bundle in other languages, by their code. */
declare module "virtual:languages" {
  export const others: Readonly<Record<string, string>>;
}
