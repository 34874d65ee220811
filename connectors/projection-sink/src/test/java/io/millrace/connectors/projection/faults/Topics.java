package io.millrace.connectors.projection.faults;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** What an operator does to topics. */
record Topics(Admin admin) {
    private static final String LIMIT = "max.message.bytes";
    private static final String EVERYBODY = "User:*";

    void create(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
    }

    void delete(String topic) throws Exception {
        admin.deleteTopics(List.of(topic)).all().get();
    }

    boolean exists(String topic) throws Exception {
        return admin.listTopics().names().get().contains(topic);
    }

    /** Has the topic refuse larger batches of records. */
    void limitMessages(String topic, int bytes) throws Exception {
        alterConfig(topic, new AlterConfigOp(new ConfigEntry(LIMIT, "" + bytes), AlterConfigOp.OpType.SET));
    }

    void removeLimit(String topic) throws Exception {
        alterConfig(topic, new AlterConfigOp(new ConfigEntry(LIMIT, ""), AlterConfigOp.OpType.DELETE));
    }

    private void alterConfig(String topic, AlterConfigOp change) throws Exception {
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), Set.of(change)))
                .all()
                .get();
    }

    /** Denies everybody to write to the topic; whatever else is done to it stays allowed. */
    void denyWrites(String topic) throws Exception {
        admin.createAcls(rules(topic)).all().get();
    }

    void allowWrites(String topic) throws Exception {
        admin.deleteAcls(rules(topic).stream().map(AclBinding::toFilter).toList())
                .all()
                .get();
    }

    private static List<AclBinding> rules(String topic) {
        ResourcePattern pattern = new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
        return List.of(
                new AclBinding(
                        pattern, new AccessControlEntry(EVERYBODY, "*", AclOperation.ALL, AclPermissionType.ALLOW)),
                new AclBinding(
                        pattern, new AccessControlEntry(EVERYBODY, "*", AclOperation.WRITE, AclPermissionType.DENY)));
    }
}
