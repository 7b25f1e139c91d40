import sortedBtree from "sorted-btree";

/** A map whose keys are in order: a B+ tree, so that nothing costs more than the logarithm of its size. */
export const OrderedMap = sortedBtree.default;
