// A box in a chapter: what reads, checks and draws is loaded when its link is first used.

const script = document.currentScript;

for (const box of document.querySelectorAll(".practice-box")) {
  box.querySelector("a").addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    box.dataset.open = "";
    event.target.closest("p").hidden = true;
    const loaded = document.createElement("script");
    loaded.src = new URL(MACHINE, script.src);
    loaded.onerror = () => { location.assign(event.target.href); };
    if (!globalThis.nbpractice) document.head.append(loaded);
    else globalThis.nbpractice.practice(box);
  });
}
