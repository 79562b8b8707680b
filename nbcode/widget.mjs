// A live figure in a notebook. The widget's trait `values` is the state of every view; a slider shows it between
// its ends, while gradient descent may go beyond them. Python joins this to figure.mjs, spec and html.

const widget = (spec, html) => ({
  async initialize({model}) {
    const manager = model.widget_manager, name = (k) => spec.sliders[k][0];
    const ids = model.get("sliders").map((reference) => reference.slice("IPY_MODEL_".length));
    const sliders = await Promise.all(ids.map((id) => manager.get_model(id)));
    const held = (k) => Math.max(sliders[k].get("min"), Math.min(sliders[k].get("max"), model.get("values")[name(k)]));
    const follow = () => sliders.forEach((slider, k) => {
      if (slider.get("value") === held(k)) return;
      slider.set("value", held(k));
      slider.save_changes();
    });
    sliders.forEach((slider, k) => slider.on("change:value", () => {
      if (slider.get("value") === held(k)) return;
      model.set("values", {...model.get("values"), [name(k)]: slider.get("value")});
      model.save_changes();
    }));
    model.on("change:values", follow);
    follow();
  },
  render({model, el}) {
    el.innerHTML = html;
    const figure = mount(el.querySelector("figure"), spec);
    const pull = () => figure.set(model.get("values"));
    model.on("change:values", pull);
    pull();
    figure.listen((values) => { model.set("values", values); model.save_changes(); });
  },
});
