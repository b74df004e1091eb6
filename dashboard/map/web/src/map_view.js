// MapView for Dash: the frame around the map, and the message where there is none.
import {setWorkerUrl} from 'maplibre-gl';
import {AreaMap, webglWorks} from './area_map.js';

const {createElement, useEffect, useRef, useState} = window.React;

// A worker file of our own origin: the policy then needs neither blob: nor eval.
setWorkerUrl(new URL('./maplibre-worker.js', document.currentScript.src).href);

const MESSAGES = {
  no_webgl: 'This browser cannot draw the interactive map. The list and the table show the same values.',
  empty: 'There are no areas to show.',
  failed: 'The map could not be loaded. The list and the table show the same values.',
};

const textOf = id => id && typeof id === 'object'
  ? JSON.stringify(id, Object.keys(id).sort()) : id;

export function MapView(props) {
  const host = useRef(null), areaMap = useRef(null), latest = useRef(props);
  const [problem, setProblem] = useState(null);
  latest.current = props;
  const report = out => latest.current.setProps?.(out);

  const fail = (kind, detail) => {
    setProblem(kind);
    if (!kind) return;
    if (kind === 'no_webgl') {
      areaMap.current?.remove();
      areaMap.current = null;
      report({webgl: false, status: {state: kind, message: detail}});
    } else {
      report({status: {state: kind, message: detail}});
    }
  };

  const off = Boolean(props.hidden);
  useEffect(() => {
    if (off) return undefined;
    if (!webglWorks()) {
      fail('no_webgl', 'WebGL 2 is not available');
      return undefined;
    }
    try {
      areaMap.current = new AreaMap(host.current, latest.current, {report, fail});
    } catch (error) {
      fail('no_webgl', error.message);
    }
    return () => { areaMap.current?.remove(); areaMap.current = null; };
  }, [off]);

  useEffect(() => { areaMap.current?.update(props); });

  const message = problem && {...MESSAGES, ...props.messages}[problem];
  return createElement('div', {
    id: textOf(props.id), style: props.style,
    className: ['placedata-map', props.className].filter(Boolean).join(' '),
    'data-problem': problem || undefined, hidden: off,
  },
  props.caption && !off && createElement('p', {className: 'placedata-map-caption'}, props.caption),
  !off && problem !== 'no_webgl' && createElement('div', {ref: host, className: 'placedata-map-host'}),
  message && createElement('p', {className: 'placedata-map-message'}, message));
}
