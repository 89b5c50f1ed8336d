/** Nodepools whose replicas are pods of a workload on Kubernetes. docs/decisions/0007 says which client and why. */
@NullMarked
package dev.forebay.kubernetes;

import org.jspecify.annotations.NullMarked;
