// Small parts drawn over the canvas. Text from data is only ever set as a text node.

const SVG = 'http://www.w3.org/2000/svg';

/** A button that shows all areas again. */
export class WholePlaceControl {
  constructor(onPress) { this.onPress = onPress; }

  onAdd() {
    this.element = document.createElement('div');
    this.element.className = 'maplibregl-ctrl maplibregl-ctrl-group';
    const button = document.createElement('button');
    button.type = 'button';
    button.title = 'Show all areas';
    button.setAttribute('aria-label', 'Show all areas');
    const icon = document.createElementNS(SVG, 'svg');
    icon.setAttribute('viewBox', '0 0 29 29');
    icon.setAttribute('aria-hidden', 'true');
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', 'M8 12V8h4M17 8h4v4M21 17v4h-4M12 21H8v-4');
    path.setAttribute('fill', 'none');
    path.setAttribute('stroke', '#333');
    path.setAttribute('stroke-width', '2');
    icon.append(path);
    button.append(icon);
    button.addEventListener('click', this.onPress);
    this.element.append(button);
    return this.element;
  }

  onRemove() { this.element.remove(); }
}

/** Attribution as plain text; the library's own control would read it as HTML. */
export class AttributionText {
  onAdd() {
    this.element = document.createElement('div');
    this.element.className = 'maplibregl-ctrl placedata-map-attribution';
    this.show(this.text);
    return this.element;
  }

  show(text) {
    this.text = text;
    if (!this.element) return;
    this.element.textContent = text || '';
    this.element.hidden = !text;
  }

  onRemove() { this.element.remove(); }
}

/** The label beside the pointer or the focused area; Escape puts it away. */
export class HoverLabel {
  constructor(container) {
    this.container = container;
    this.element = document.createElement('div');
    this.element.className = 'placedata-map-label';
    this.element.hidden = true;
    container.append(this.element);
    this.onKey = event => { if (event.key === 'Escape') this.hide(); };
    document.addEventListener('keydown', this.onKey);
  }

  show(text, {x, y}) {
    this.element.textContent = text;
    this.element.hidden = false;
    const {clientWidth, clientHeight} = this.container;
    const {offsetWidth, offsetHeight} = this.element;
    const left = x + 14 + offsetWidth > clientWidth ? x - 14 - offsetWidth : x + 14;
    const top = y + 14 + offsetHeight > clientHeight ? y - 14 - offsetHeight : y + 14;
    this.element.style.left = `${Math.max(left, 0)}px`;
    this.element.style.top = `${Math.max(top, 0)}px`;
  }

  rewrite(text) { this.element.textContent = text; }

  hide() { this.element.hidden = true; }

  remove() {
    document.removeEventListener('keydown', this.onKey);
    this.element.remove();
  }
}
