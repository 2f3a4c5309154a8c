// A basket, as a company writes it with React: what is typed and counted is the app's own state.
import { createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";

function Basket() {
  const [count, setCount] = useState(1);
  const [name, setName] = useState("");
  const [open, setOpen] = useState(true);
  return h(
    "main",
    null,
    h("h1", null, "A basket in React"),
    h("p", { id: "count" }, `${count} lamps for ${name || "you"}`),
    h("button", { id: "more", onClick: () => setCount(count + 1) }, "One more"),
    h("label", null, "Your name ", h("input", { id: "name", value: name, "data-lockstep-share": "", onChange: (event) => setName(event.target.value.toUpperCase()) })),
    h("button", { id: "fold", onClick: () => setOpen(!open) }, open ? "Fold" : "Unfold"),
    open && h("ul", null, ...Array.from({ length: count + 3 }, (_, n) => h("li", { key: n }, `Lamp ${n}`))),
  );
}
createRoot(document.querySelector("#app")).render(h(Basket));
