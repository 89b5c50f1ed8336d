package dev.forebay.compute;

/**
 * A kind of machine.
 *
 * @param id the provider's name of it, such as {@code g5.xlarge}
 * @param computeInfo what one machine of it has
 */
public record InstanceType(String id, ComputeInfo computeInfo) {
    public InstanceType {
        Ids.check("id", id);
    }
}
