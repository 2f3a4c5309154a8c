// What the company's page says about what staff may see: attributes of the script tag.

export interface MaskSettings {
  /** Name of a ready profile; null: `strict`. */
  profile: string | null;
  /** Selectors added to the profile's; null: none. */
  share: string | null;
  hide: string | null;
  /** Words that may be read as classes, ids and values of attributes, wherever they stand; null: none. */
  words?: string | null;
  /** Fields that were secret before anybody recorded, and the names of those for passwords. */
  secrets?: WeakSet<Node>;
  secretNames?: ReadonlySet<string>;
}
