// A live figure in a notebook. The widget's trait `values` is the state of every view. A slider shows it between
// its ends and to its step, and changes it only when a reader moves it: gradient descent goes where it must.
// Python joins this to figure.mjs, the spec and the html.

const widget = (spec, html) => ({
  async initialize({model}) {
    const ids = model.get("sliders").map((reference) => reference.slice("IPY_MODEL_".length));
    const sliders = await Promise.all(ids.map((id) => model.widget_manager.get_model(id)));
    const name = (k) => spec.sliders[k][0];
    const held = (slider, k) => Math.max(slider.get("min"), Math.min(slider.get("max"), model.get("values")[name(k)]));
    const shows = (slider, k) => Math.abs(slider.get("value") - held(slider, k)) <= 0.50001 * slider.get("step");
    const follow = () => sliders.forEach((slider, k) => {
      if (shows(slider, k)) return;
      slider.set("value", held(slider, k));
      slider.save_changes();
    });
    sliders.forEach((slider, k) => slider.on("change:value", () => {
      if (shows(slider, k)) return;
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
