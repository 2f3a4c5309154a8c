// A list of wishes, as a company writes it with Vue.
import { createApp, h, reactive } from "vue";

createApp({
  setup() {
    const state = reactive({ wishes: ["A lamp", "A chair", "A table"], text: "" });
    const add = () => {
      if (state.text !== "") state.wishes.push(state.text);
      state.text = "";
    };
    return () =>
      h("main", [
        h("h1", "Wishes in Vue"),
        h("p", { id: "count" }, `${state.wishes.length} wishes`),
        h("label", ["A wish ", h("input", { id: "wish", value: state.text, "data-lockstep-share": "", onInput: ({ target }) => (state.text = target.value) })]),
        h("button", { id: "add", onClick: add }, "Add"),
        h("ol", state.wishes.map((wish) => h("li", { key: wish }, wish))),
      ]);
  },
}).mount("#app");
