// What the company's page says about what staff may see: attributes of the script tag.

export interface MaskSettings {
  /** Name of a ready profile; null: `strict`. */
  profile: string | null;
  /** Selectors added to the profile's; null: none. */
  share: string | null;
  hide: string | null;
}
