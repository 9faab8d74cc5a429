export default function Plane() {
  return <h1>Plane</h1>;
}
