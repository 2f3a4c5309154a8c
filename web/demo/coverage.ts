// Where the fibre is, by the first part of a postcode.

const areas: Record<string, string> = {
  BW1: "Yes: every street in BW1 has fibre. We can connect you within two weeks.",
  BW2: "Yes: every street in BW2 has fibre. We can connect you within two weeks.",
  BW3: "Very likely: most of BW3 has fibre, the rest follows by March. Ask us for your house number.",
  BW4: "Not yet: we start digging in BW4 in May. Ask us and we will tell you when your street is next.",
};

export function coverage(postcode: string): string {
  const area = postcode.trim().toUpperCase().slice(0, 3);
  return areas[area] ?? `We are not in ${area} yet. Our streets are BW1 to BW4.`;
}
