// Pictures whose address needs its query, as image services have it.
import { html, main } from "../html.mjs";

const drawn = (request) => {
  const query = new URL(request.url, "http://here").searchParams;
  const width = Number(query.get("w") ?? query.get("id") ?? 0);
  if (width === 0) return undefined;
  return { type: "image/svg+xml", body: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="40"><rect width="100%" height="100%" fill="teal"/></svg>`, headers: { "access-control-allow-origin": "*" } };
};

export default ({ edge }) => ({
  name: "images",
  title: "Pictures behind a query",
  files: {
    "/images": html(edge, "Images", {
      head: "<style>.behind{width:50px;height:40px;background:url('/image?id=50')}</style>",
      body: main(
        "Pictures behind a query",
        `<img alt="" src="/_next/image?url=%2Flamp.png&w=64&q=75" width="64" height="40">
         <img alt="" src="/image?id=48" srcset="/image?id=48 1x, /image?id=96 2x">
         <picture><source srcset="/_next/image?url=%2Fchair.png&w=80&q=75"><img alt="" src="/image?id=30"></picture>
         <div class="behind"></div>`,
      ),
    }),
    "/_next/image": drawn,
    "/image": drawn,
  },
  ready: (page) => page.evaluate(() => Promise.all([...document.images].map((image) => image.decode()))),
});
